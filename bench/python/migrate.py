"""Copying a namespace from one store to another as plainly as Python does it, and
comparing the copy by value: the measure for bench/cases/migrate.mjs.

The same layouts and no locks. Reads lines `<from> <to>` and answers each with
milliseconds. The first line of its answers says by what it speaks to Redis.
"""
import json
import os
import sqlite3
import sys
import time

try:
    import redis
except ImportError:
    redis = None

folder, port, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
PREFIX = "state:python:"
BATCH = 1000


class JsonStore:
    path = os.path.join(folder, "migrate.json")

    def load(self):
        with open(self.path) as file:
            return json.load(file)

    def fill(self, state):
        with open(self.path + ".tmp", "w") as file:
            json.dump(state, file, indent=2)
        os.replace(self.path + ".tmp", self.path)


class SqliteStore:
    def __init__(self):
        self.connection = sqlite3.connect(os.path.join(folder, "migrate.db"))
        self.connection.execute("CREATE TABLE IF NOT EXISTS state(key TEXT PRIMARY KEY, value TEXT, timestamp TEXT)")

    def load(self):
        rows = self.connection.execute("SELECT key, value, timestamp FROM state")
        return {key: {"value": json.loads(value), "timestamp": timestamp} for key, value, timestamp in rows}

    def fill(self, state):
        with self.connection:
            self.connection.execute("DELETE FROM state")
            self.connection.executemany(
                "INSERT INTO state VALUES (?, ?, ?)",
                ((key, json.dumps(row["value"]), row["timestamp"]) for key, row in state.items()),
            )


class RedisStore:
    def __init__(self):
        self.client = redis.Redis(port=port)

    def names(self):
        return list(self.client.scan_iter(match=PREFIX + "*", count=BATCH))

    def load(self):
        names, state = self.names(), {}
        for start in range(0, len(names), BATCH):
            part = names[start : start + BATCH]
            for name, text in zip(part, self.client.mget(part)):
                state[name.decode()[len(PREFIX) :]] = json.loads(text)
        return state

    def fill(self, state):
        names = self.names()
        for start in range(0, len(names), BATCH):
            self.client.delete(*names[start : start + BATCH])
        items = list(state.items())
        for start in range(0, len(items), BATCH):
            self.client.mset({PREFIX + key: json.dumps(row) for key, row in items[start : start + BATCH]})


stores = {"json": JsonStore(), "sqlite": SqliteStore()}
if redis is not None and port != 0:
    stores["redis"] = RedisStore()
row = {"value": {"index": 0, "text": "x" * 60}, "timestamp": "2024-10-23T16:30:00Z"}
stores["json"].fill({"key-%d" % index: row for index in range(keys)})
print("none" if redis is None else "redis-py " + redis.__version__, flush=True)
for line in sys.stdin:
    source, target = line.split()
    start = time.perf_counter()
    state = stores[source].load()
    stores[target].fill(state)
    assert stores[target].load() == state
    print((time.perf_counter() - start) * 1000, flush=True)
