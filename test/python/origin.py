"""How a program of the format's origin uses records, written for the tests.

Arguments: what to do, then a path; or `serve`, and each line of the input is what to do
and a path, each line of the output an answer. A batch is an object that is made from exactly the keys
of the format, so that any other key is an error, and is written with two spaces, in ASCII.
"""

import json
import sys
from dataclasses import asdict, dataclass, field


@dataclass
class Batch:
    batch_id: str
    features_file: str
    total_features: int
    features: list
    current_index: int = 0
    completed_features: list = field(default_factory=list)
    failed_features: list = field(default_factory=list)
    context_token_estimate: int = 0
    auto_clear_count: int = 0
    auto_clear_events: list = field(default_factory=list)
    created_at: str = ""
    updated_at: str = ""
    status: str = "in_progress"
    issue_numbers: list = None
    source_type: str = "file"
    state_file: str = ""
    context_tokens_before_clear: int = None
    paused_at_feature_index: int = None
    retry_attempts: dict = field(default_factory=dict)
    git_operations: dict = field(default_factory=dict)
    feature_order: list = field(default_factory=list)
    feature_dependencies: dict = field(default_factory=dict)
    analysis_metadata: dict = field(default_factory=dict)
    workflow_mode: str = "auto-implement"
    workflow_reminder: str = "Use /auto-implement for each feature. Do NOT implement directly."


def load(path):
    with open(path) as file:
        return json.load(file)


def save(path, value):
    with open(path, "w") as file:
        json.dump(value, file, indent=2)


def main(act, path, *rest):
    if act == "batch":
        return json.dumps(asdict(Batch(**load(path))))
    elif act == "batch-again":
        save(path, asdict(Batch(**load(path))))
    elif act == "batch-new":
        save(path, asdict(Batch("b1", "features.txt", len(rest), list(rest), created_at="2024-10-23T16:30:00Z")))
    elif act == "load":
        return json.dumps(load(path))
    elif act == "save":
        save(path, json.loads(rest[0]))
    elif act == "nan":
        save(path, {"loss": float("nan"), "bound": float("-inf"), "name": "r"})
    return ""


if sys.argv[1] == "serve":
    for line in sys.stdin:
        print(main(*line.rstrip("\n").split(" ", 1)), flush=True)
else:
    print(main(*sys.argv[1:]))
