/**
 * Whether a line reads like an instruction to an agent, or names something to run.
 *
 * No list of words finds every way to say a thing. What is not found here is still marked as
 * coming from outside; what is found is not handed over at all. Ordinary plans ("write unit
 * tests", "remove the old endpoint") must pass, so verbs alone say nothing: it takes whom they
 * address, what they lift, or a command.
 */

const AGENT = "(?:you|agents?|assistants?|claude|codex|copilot|gemini|cursor|ai|llms?|model|chatgpt|gpt)";
const START = "(?:^|[.:;,!?()—-] ?|\\b(?:please|then|and|must|should|now|first|always|just|immediately|you|also) )";
const PROGRAM =
  "(?:npm|npx|pnpm|yarn|bun|deno|pip3?|pipx|uvx?|cargo|go|gem|brew|apt|apt-get|docker|podman|kubectl|terraform|git|gh|gate|make|node|python3?|perl|ruby|php|bash|sh|zsh|pwsh|powershell|cmd|nc|ncat|ssh|scp|rsync|open|start|source|claude|codex)";
const ACT =
  "(?:run|exec|install|i|ci|add|push|reset|clean|commit|checkout|restore|rm|apply|delete|test|build|publish|start|clone|pull|recover|undo|save|done|init|deploy|config)";

/** What is looked for in a line without case, its spaces made one and its hidden characters gone. */
const SIGNS: readonly RegExp[] = [
  // Whose words it claims to be, and what they lift.
  /<\/?(?:system|assistant|user|instructions?|tool)[\w -]*>|<\|\w+\|>|\[\/?inst\]/,
  /(?:^|[[<(#*\s])(?:system|assistant|developer|instructions?|important|attention|note to (?:the )?\w+) ?(?:prompt|message)?[\]*]* ?[:>]/,
  /\b(?:ignore|disregard|forget|override|overrule|bypass|supersede|circumvent)\b.{0,60}\b(?:instruct\w*|prompts?|rules?|guidelines?|polic\w+|previous|prior|above|earlier|before|system|safety|guards?|restrictions?|permissions?|approvals?|hooks?)\b/,
  /\b(?:new|real|actual|updated|following|hidden|secret) (?:instructions?|orders?|directives?|system prompt)\b|\bsystem prompt\b|\bjailbreak|\bdeveloper mode\b/,
  // Whom it addresses.
  new RegExp(
    `\\b${AGENT}\\b[^.]{0,24}\\b(?:must|should|shall|need to|have to|has to|are (?:now|to)|is (?:now|to)|may not|cannot|please|do not|don't|never|always|will)\\b`,
  ),
  new RegExp(
    `\\b(?:tell|ask|instruct|make|let|have|order|dear|hey|as an?|attention,?) (?:the |an? |your )?${AGENT}\\b(?!['’])`,
  ),
  /\byou (?:are|were|can|may) (?:now )?(?:allowed|authori[sz]ed|permitted|free|a|an|in)\b|\bact as\b|\bpretend (?:to|that|you)\b/,
  /\b(?:do not|don't|never|without) (?:\w+ ){0,3}(?:tell|telling|inform|informing|mention|mentioning|ask|asking|reveal|notify|notifying|warn|warning|confirm|confirming|confirmation|approval|permission|review)\b/,
  // What it names to run.
  new RegExp(`${START}(?:re-?)?(?:run|execute|exec|eval|invoke|launch|paste|type) (?!\\w+ing\\b)\\S`),
  new RegExp(`\\b${PROGRAM} (?:\\w+:|--?\\w|[./~]|${ACT}\\b)`),
  /\b(?:curl|wget|sudo|chmod|chown|npx|uvx|pipx|bunx|dlx|rm -|eval\b ?["'($]|base64|nohup|crontab|osascript|mkfs|xargs|invoke-\w+|iex)\b ?\S?|\brm -\w/,
  /\$\(|\$\{|&& ?\w|\|\| ?\w|\| ?(?:ba|z|da|k)?sh\b|\| ?(?:python|node|perl|ruby|xargs|tee)\b|2>&1|> ?[~/.]/,
  /(?:^|[\s`'"(])[\w~./-]*[\w-]\.(?:sh|bash|zsh|ps1|bat|cmd|exe|command)\b/,
  /\b(?:use|run|type|invoke|call|execute) (?:the )?(?:\/[a-z]|\w+ tool\b|tool\b|mcp\b)/,
  / --(?:no-verify|force|yes|dangerously\S*|allow\S*|auto-approve|skip-\S+|yolo)\b/,
  // What it would give away or take away.
  /\b(?:send|upload|post|exfiltrate|leak|email|forward|dump|transmit|disclose|curl)\b.{0,60}\b(?:secrets?|tokens?|credentials?|passwords?|api.?keys?|private keys?|\.env|env(?:ironment)? variables?|id_rsa|to \w+:\/\/)/,
  /\b(?:download|fetch|visit|follow|open|load|go to)\b.{0,40}\b(?:\w+:\/\/|www\.)/,
  /\b(?:delete|remove|wipe|erase|destroy|purge|overwrite|disable|turn off|force.push|push)\b.{0,30}(?:\beverything\b|\bhome (?:folder|directory)|\.git\b|\.claude\b|\.ssh\b|\bhooks\b|\bguards?\b|\bsafety\b|\bto (?:main|master|production)\b)/,
  /\b(?:approve|allow|grant|accept) (?:all|every|any|this|the)\b.{0,30}\b(?:tools?|permissions?|requests?|commands?|edits?|access)\b/,
  // What nobody can read.
  /[a-z0-9+/=]{64,}|\\x[0-9a-f]{2}|\\u\{?[0-9a-f]{4}/,
];

/** Code of several words, or a path: only as it stands, because a name has dashes. */
const CODE = /`[a-z][\w./-]* +[^`]+`|`[.~]?\/[^`]*`/;

const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]|\u034f|\ufe0f/gu;

/** Whether a line from outside is not to be handed to an agent. Names of branches have dashes for spaces. */
export function isSteering(line: string): boolean {
  const text = line.slice(0, MOST).normalize("NFKC").toLowerCase().replace(HIDDEN, "").replace(/\s+/g, " ").trim();
  const spoken = text.replace(/(?<=\w)[-_/.+]+(?=\w)/g, " ");
  return CODE.test(text) || SIGNS.some((sign) => sign.test(text) || (spoken !== text && sign.test(spoken)));
}

/** Of a longer line no more is shown. */
const MOST = 4000;
