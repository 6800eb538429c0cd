/**
 * Which files programs write, move or remove, as data. A program that is not listed here
 * writes what stands behind `-o` or `--output`, unless it only reads.
 *
 * Options are named without dashes. One with `=` takes the next word as its value, or the
 * rest of its own; one with `?` only the rest of its own.
 */

/** Which of the words of a program are meant. */
export type Part =
  /** All that is no option. */
  | "all"
  | "first"
  | "last"
  /** All but the first, which is a script, unless an option gave that. */
  | "rest"
  /** All but the last, and all where an option names the target. */
  | "sources"
  /** The last, or what an option names. */
  | "target"
  /** What lies in the sources and would lie in the target. */
  | "tree"
  /** Files with the last names of addresses. */
  | "fetched"
  /** The values of options. */
  | { readonly values: string };

export interface Rule {
  readonly done: string;
  readonly to: Part;
  /** Options of which one must be given. */
  readonly when?: string;
  /** Options of which none may be given. */
  readonly unless?: string;
  /** Whether folders are meant as well; with options only if one of them is given. */
  readonly folders?: true | string;
  /** Whether a link itself is meant, not what it leads to. */
  readonly link?: true;
  /** A pattern that some value or other word has to match. */
  readonly saying?: RegExp;
}

export interface Program {
  /** The options that take values. */
  readonly takes?: string;
  /** Options that begin with one dash and are words, such as `-out`. */
  readonly words?: true;
  /** Whether the dash in front of the first options may be left out. */
  readonly bundled?: true;
  /** Whether options have no dashes: `of=FILE`. */
  readonly pairs?: true;
  /** The option that names the target, or gives the script. */
  readonly target?: string;
  readonly rules: readonly Rule[];
}

const OVER = "written over";
const PLACE = "edited in place";
const to = (values: string): Rule => ({ done: OVER, to: { values } });
const removes: Program = { rules: [{ done: "removed", to: "all", link: true, folders: "r R recursive" }] };
const trashes: Program = { rules: [{ done: "removed", to: "all", link: true, folders: true }] };
const inPlace = (when: string, takes = ""): Program => ({ takes, rules: [{ done: PLACE, to: "all", when }] });
const always: Program = { rules: [{ done: PLACE, to: "all" }] };
const packs: Program = { rules: [{ done: "removed", to: "all", unless: "k keep c stdout to-stdout t test l list" }] };
const seds: Program = {
  takes: "e= f= expression= file= l= i? in-place?",
  target: "e f expression file",
  rules: [{ done: PLACE, to: "rest", when: "i in-place" }],
};
const edits = {
  done: PLACE,
  unless: "R",
  saying: /(?:^|[\s:|+'"])(?:wq?a?!?|x|xa|up(?:date)?|sav(?:eas)?)(?:$|[\s|!'"])/,
};
const vims: Program = {
  takes: "c= cmd= S= u=",
  rules: [
    { ...edits, to: "all", when: "c S s +" },
    { done: PLACE, to: "all", when: "e", unless: "R" },
  ],
};
const awks: Program = {
  takes: "F= v= f= i= include= file= assign=",
  target: "f file",
  rules: [{ done: PLACE, to: "rest", when: "i include", saying: /^inplace$/ }],
};
const interpreted = (takes: string): Program => ({
  takes,
  target: "e E",
  rules: [{ done: PLACE, to: "rest", when: "i" }],
});
const prints: Program = { rules: [] };

export const PROGRAMS: Readonly<Record<string, Program>> = {
  rm: removes,
  unlink: removes,
  rimraf: trashes,
  trash: trashes,
  "trash-put": trashes,
  shred: { takes: "n= s= iterations= size=", rules: [{ done: "removed", to: "all" }] },
  mv: {
    takes: "t= S= target-directory= suffix=",
    target: "t target-directory",
    rules: [
      { done: "moved", to: "sources", link: true, folders: true },
      { done: OVER, to: "target", link: true, unless: "n no-clobber" },
    ],
  },
  cp: {
    takes: "t= S= target-directory= suffix=",
    target: "t target-directory",
    rules: [
      { done: OVER, to: "target", unless: "n no-clobber" },
      { done: OVER, to: "tree", when: "r R a recursive archive", unless: "n no-clobber" },
    ],
  },
  install: {
    takes: "m= o= g= t= S= mode= owner= group= target-directory= suffix=",
    target: "t target-directory",
    rules: [{ done: OVER, to: "target", unless: "d directory" }],
  },
  ln: {
    takes: "t= S= target-directory= suffix=",
    target: "t target-directory",
    rules: [{ done: OVER, to: "target", link: true, when: "f force" }],
  },
  rsync: {
    takes:
      "e= f= rsh= exclude= include= filter= exclude-from= include-from= files-from= T= temp-dir= backup-dir= suffix=",
    rules: [
      { done: OVER, to: "target", unless: "n dry-run" },
      { done: OVER, to: "tree", when: "r a recursive archive", unless: "n dry-run" },
      {
        done: "removed",
        to: "target",
        folders: true,
        unless: "n dry-run",
        when: "delete del delete-before delete-during delete-after delete-excluded",
      },
      { done: "moved", to: "sources", folders: true, unless: "n dry-run", when: "remove-source-files" },
    ],
  },
  tee: { rules: [{ done: OVER, to: "all", unless: "a append" }] },
  sponge: { rules: [{ done: OVER, to: "all", unless: "a" }] },
  truncate: { takes: "s= o= r= size= reference=", rules: [{ done: "emptied", to: "all" }] },
  dd: { pairs: true, rules: [to("of")] },
  chmod: {
    rules: [
      {
        done: "made unreadable",
        to: "rest",
        folders: true,
        saying: /^(?:[0-7]?[0-3][0-7]{2}|[ua]*-[wxX]*r[wxX]*|[ua]+=[wxX]*)$/,
      },
    ],
  },
  sed: seds,
  gsed: seds,
  perl: interpreted("e= E= i? M? m? I= F? 0? l?"),
  ruby: interpreted("e= i? r= I= 0? F? K?"),
  awk: awks,
  gawk: awks,
  mawk: awks,
  ed: { takes: "p= prompt=", rules: [{ done: PLACE, to: "all" }] },
  red: { takes: "p=", rules: [{ done: PLACE, to: "all" }] },
  ex: { takes: "c= S= u=", rules: [{ done: PLACE, to: "all", unless: "R" }] },
  vim: vims,
  vi: vims,
  nvim: vims,
  patch: {
    takes: "p= i= d= o= r= B= D= F= V= Y= z= input= directory= output=",
    rules: [{ done: PLACE, to: "first", unless: "dry-run" }, to("o output")],
  },
  curl: {
    takes:
      "o= output= d= data= data-raw= data-binary= H= header= X= request= u= user= A= user-agent= b= cookie= c= cookie-jar= D= dump-header= e= F= form= T= upload-file= K= config= m= max-time= x= proxy= w= write-out= retry= trace= output-dir= cacert= cert= key= connect-timeout= json= url=",
    rules: [
      to("o output c cookie-jar D dump-header trace"),
      { done: OVER, to: "fetched", when: "O remote-name remote-name-all" },
    ],
  },
  wget: {
    takes:
      "O= output-document= o= output-file= a= append-output= P= directory-prefix= U= user-agent= t= T= header= post-data= e= i= input-file=",
    rules: [to("O output-document o output-file"), { done: OVER, to: "fetched", unless: "O output-document spider" }],
  },
  sort: {
    takes: "o= output= k= key= t= field-separator= S= T= buffer-size= temporary-directory=",
    rules: [to("o output")],
  },
  shuf: { takes: "o= output= n= i=", rules: [to("o output")] },
  uniq: { takes: "f= s= w=", rules: [{ done: OVER, to: "target" }] },
  xxd: { takes: "c= g= l= s= o= n=", rules: [{ done: OVER, to: "target" }] },
  yq: { takes: "o= p= output-format= input-format=", rules: [{ done: PLACE, to: "rest", when: "i inplace in-place" }] },
  sd: { takes: "f= flags= n=", rules: [{ done: PLACE, to: "all", unless: "p preview" }] },
  prettier: inPlace("w write"),
  biome: inPlace("write fix apply"),
  eslint: inPlace("fix"),
  markdownlint: inPlace("f fix"),
  "markdownlint-cli2": inPlace("fix"),
  remark: { takes: "o? output?", rules: [{ done: PLACE, to: "all", when: "o output" }] },
  mdformat: { rules: [{ done: PLACE, to: "all", unless: "check" }] },
  dos2unix: always,
  unix2dos: always,
  mac2unix: always,
  rename: { rules: [{ done: "moved", to: "rest", unless: "n nono dry-run", link: true }] },
  prename: { rules: [{ done: "moved", to: "rest", unless: "n nono dry-run", link: true }] },
  gzip: packs,
  gunzip: packs,
  bzip2: packs,
  xz: packs,
  zstd: { rules: [{ done: "removed", to: "all", when: "rm" }] },
  zip: {
    rules: [
      { done: "removed", to: "rest", folders: "r", when: "m move" },
      { done: OVER, to: "first" },
    ],
  },
  tar: {
    bundled: true,
    takes: "f= file= C= directory= T= exclude=",
    rules: [
      { done: OVER, to: { values: "f file" }, when: "c create" },
      { done: OVER, to: "all", when: "x extract", folders: true },
      { done: "removed", to: "all", folders: true, when: "remove-files" },
    ],
  },
  openssl: { words: true, takes: "out= in= passin= passout= k=", rules: [to("out")] },
  cat: prints,
  ls: prints,
  grep: prints,
  egrep: prints,
  fgrep: prints,
  rg: prints,
  ag: prints,
  ps: prints,
  stat: prints,
  ssh: prints,
  set: prints,
  test: prints,
  "[": prints,
  "[[": prints,
  echo: prints,
  printf: prints,
  mount: prints,
  gate: prints,
};

/** A program nobody knows anything about. */
export const ANY: Program = { takes: "o= output= out=", rules: [to("o output out")] };

/** What runs the program behind it: the options of its own that take values, and how many words it takes besides. */
export const WRAPPERS: Readonly<Record<string, { readonly takes: string; readonly skips?: number }>> = {
  sudo: { takes: "u= g= C= D= h= p= R= r= T= t= U= user= group=" },
  doas: { takes: "u= C=" },
  env: { takes: "u= C= unset= chdir=" },
  nice: { takes: "n= adjustment=" },
  ionice: { takes: "c= n= p=" },
  timeout: { takes: "k= s= kill-after= signal=", skips: 1 },
  flock: { takes: "w= E= timeout=", skips: 1 },
  stdbuf: { takes: "i= o= e=" },
  time: { takes: "f= o=" },
  watch: { takes: "n= interval=" },
  npx: { takes: "p= package=" },
  strace: { takes: "o= e=" },
  ...Object.fromEntries(
    ["command", "builtin", "exec", "nohup", "setsid", "chronic", "unbuffer", "busybox", "toybox", "bunx"].map(
      (name) => [name, { takes: name === "exec" ? "a=" : "" }],
    ),
  ),
};

export const SHELLS: ReadonlySet<string> = new Set(["bash", "sh", "zsh", "dash", "ksh", "ash", "fish"]);

/** What runs code of another language: the options behind which it stands. */
export const INTERPRETERS: Readonly<Record<string, string>> = {
  python: "c",
  python2: "c",
  python3: "c",
  pypy3: "c",
  node: "e eval p print",
  bun: "e eval p print",
  tsx: "e eval p print",
  deno: "",
  perl: "e E",
  ruby: "e",
  php: "r",
  lua: "e",
  awk: "",
  gawk: "",
  mawk: "",
};
