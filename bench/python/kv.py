"""Saving keys as plainly as Python does it: the measure for bench/cases/kv.mjs.

The same layouts, no locks and no waiting for the disk beyond what SQLite does by
itself. Reads lines `<backend> <count>` and answers each with milliseconds. Its first
line says by what it speaks to Redis.
"""
import json
import os
import socket
import sqlite3
import sys
import time
from datetime import datetime, timezone

try:
    import redis
except ImportError:
    redis = None

folder, redis_port = sys.argv[1], int(sys.argv[2])


def now():
    return datetime.now(timezone.utc).isoformat()


class JsonStore:
    def __init__(self):
        self.path = os.path.join(folder, "python.json")
        with open(self.path, "w") as file:
            json.dump({}, file)

    def save(self, key, value):
        with open(self.path) as file:
            state = json.load(file)
        state[key] = {"value": value, "timestamp": now()}
        temporary = self.path + ".tmp"
        with open(temporary, "w") as file:
            json.dump(state, file, indent=2)
        os.replace(temporary, self.path)


class SqliteStore:
    def __init__(self):
        self.connection = sqlite3.connect(os.path.join(folder, "python.db"))
        self.connection.execute("CREATE TABLE state(key TEXT PRIMARY KEY, value TEXT, timestamp TEXT)")

    def save(self, key, value):
        with self.connection:
            self.connection.execute(
                "INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (key, json.dumps(value), now())
            )


class RedisStore:
    """By the usual client where it is installed, else by the bare socket, which is several times quicker."""

    def __init__(self):
        if redis is not None:
            self.set = redis.Redis(port=redis_port).set
            return
        self.socket = socket.create_connection(("127.0.0.1", redis_port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.set = self.send

    def send(self, key, text):
        words = [b"SET", key.encode(), text.encode()]
        self.socket.sendall(b"*3\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        assert self.socket.recv(16) == b"+OK\r\n"

    def save(self, key, value):
        self.set("state:python:" + key, json.dumps({"value": value, "timestamp": now()}))


makers = {"json": JsonStore, "sqlite": SqliteStore, "redis": RedisStore}
stores = {}
print("a bare socket" if redis is None else "redis-py " + redis.__version__, flush=True)
for line in sys.stdin:
    backend, count = line.split()
    if backend not in stores:
        stores[backend] = makers[backend]()
        for index in range(1000):
            stores[backend].save("key-%d" % index, {"index": index, "text": "x" * 60})
    start = time.perf_counter()
    for index in range(int(count)):
        stores[backend].save("key-%d" % (index * 7 % 1000), {"index": index, "text": "y" * 60})
    print((time.perf_counter() - start) * 1000, flush=True)
