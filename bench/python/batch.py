"""The plain way to keep a batch: load the whole file, change it, write it beside, rename. No lock, no fsync.

    batch.py FILE complete TIMES   completes the next features, prints the milliseconds of each
    batch.py FILE rewrite          loads the file and writes it back
"""
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone


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
    workflow_reminder: str = ""
    skipped_features: list = field(default_factory=list)
    schema_version: int = 1


def load(path):
    with open(path, encoding="utf-8") as file:
        return Batch(**json.load(file))


def save(path, batch):
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".batch_state_", suffix=".tmp")
    os.write(descriptor, json.dumps(asdict(batch), indent=2).encode("utf-8"))
    os.close(descriptor)
    os.chmod(temporary, 0o600)
    os.replace(temporary, path)


def complete(path, index):
    batch = load(path)
    if index not in batch.completed_features:
        batch.completed_features.append(index)
    batch.current_index = index + 1
    batch.updated_at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    save(path, batch)


if __name__ == "__main__":
    path, act = sys.argv[1:3]
    if act == "rewrite":
        save(path, load(path))
    else:
        times = []
        first = len(load(path).completed_features)
        for index in range(first, first + int(sys.argv[3])):
            begin = time.perf_counter()
            complete(path, index)
            times.append((time.perf_counter() - begin) * 1000)
        print(json.dumps(times))
