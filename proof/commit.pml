/*
 * A commit: version, replacement, flush, with a kill between any two steps and a power cut.
 *
 * Stands for: src/gate/commit/steps.ts: write, withVersion
 * Stands for: src/gate/commit/transaction.ts: attempt
 * Stands for: src/gate/commit/record-transaction.ts: take
 * Stands for: src/files/record/store-version.ts: storeVersion, meet, add, confirm, withStored, mayStand
 * Stands for: src/files/replace/replace.ts: replaceOnce, openOld, writeTemporary, requireHeld, putOver
 * Stands for: src/files/replace/retry.ts: retryChanged
 * Stands for: src/files/guard/descriptor.ts: writeNew
 *
 * What was not flushed may be on the disk after a power cut or not, each name and each file by
 * itself and in any order; a name whose bytes were not flushed leads to a torn file. Two gates
 * write under a lock that may be lost to the other one at any moment, and somebody else saves in
 * between. The last comparison and the rename are one step: between these two calls a save by
 * rename would be lost, which no call of a file system can prevent; a save in place is kept.
 *
 * Shows: what is read is whole, always; what was acknowledged stays, and what is replaced is a
 * version before; what a document holds that a gate wrote is a version; a lost lock writes nothing.
 *
 * Check: commit -DCOMMITS=3
 * Mutant: NO_FLUSH commit: the temporary file is not flushed before it gets its name
 * Mutant: NO_FOLDER_FLUSH commit: success is said before the folder is flushed
 * Mutant: NO_VERSION_FLUSH commit: the version is not flushed before the document is replaced
 * Mutant: NO_MEET commit: what stands there is not made a version first
 * Mutant: NO_COMPARE commit: the bytes are not compared right before the rename
 * Mutant: WITHDRAW_ALWAYS commit: a rename that fails takes the version back, though it was carried out
 */
#ifndef COMMITS
#define COMMITS 3
#endif
#define TEXTS (COMMITS + 3)
#define TORN 15

/* The document: which text has its name for readers, and what a power cut may find there. */
byte now = 1;
byte onDisk = 1;              /* the text that its name surely leads to */
bool flushed[TEXTS];          /* whether the bytes of a text's temporary file are on the disk */
/* Versions by the text they hold: seen by readers, and surely on the disk. */
bool version[TEXTS];
bool kept[TEXTS];
bool pending[TEXTS];          /* whether its name says that the document may not have it */
bool ours[TEXTS];             /* texts that a gate made */
byte next = 2;                /* the texts so far; each is another one */
byte saves;
byte acknowledged;            /* what was acknowledged last, and nobody has written over since */
byte lock = 2;                /* whose the lock is */
bool cut;

/* What a power cut leaves of the document. */
inline powerCut() {
  d_step {
    cut = true;
    i = 0;
    do
    :: i < TEXTS -> version[i] = kept[i]; i++
    :: else -> break
    od;
    i = 0
  }
}

inline look() {
  d_step {
    assert(now != TORN);
    assert(acknowledged == 0 || now == acknowledged || !ours[acknowledged]);
    assert(!ours[now] || version[now]);
  }
}

proctype Gate(byte p) {
  byte read, text, i;
  {
    i = 0;
again:
    atomic { lock == 2 || lock == p -> if :: next == TEXTS -> goto end :: else fi; lock = p }
    /* read, compute */
    atomic { if :: next == TEXTS -> goto end :: else fi; read = now; text = next; next++; ours[text] = true; flushed[text] = false }
    /* storeVersion: meet, then add and the flush of the folder */
#ifndef NO_MEET
    if
    :: atomic { !version[read] -> version[read] = true; kept[read] = true }
    :: atomic { version[read] && pending[read] -> pending[read] = false }
    :: version[read] && !pending[read]
    fi;
#endif
    atomic { version[text] = true; pending[text] = true };
#ifndef NO_VERSION_FLUSH
    kept[text] = true;
#endif
    /* replaceOnce: writeTemporary */
#ifndef NO_FLUSH
    flushed[text] = true;
#endif
    if
    :: lock != p -> goto withdraw     /* requireHeld */
    :: else
    fi;
    atomic { /* putOver */
      if
#ifndef NO_COMPARE
      :: now != read -> goto withdraw
#endif
      :: else ->
        assert(version[now]);
        if :: acknowledged == now -> acknowledged = 0 :: else fi;
        now = text;
        if
        :: skip
        :: goto failed                /* the call was carried out, and its answer lost */
        fi
      fi
    }
#ifndef NO_FOLDER_FLUSH
    atomic { if :: now == text -> onDisk = text :: else fi };
#endif
    pending[text] = false; /* confirm */
    atomic { if :: now == text -> acknowledged = text :: else fi; goto unlock };
failed: /* mayStand */
#ifndef WITHDRAW_ALWAYS
    if :: now == text -> goto unlock :: else fi;
#endif
withdraw:
    atomic { if :: pending[text] -> version[text] = false; kept[text] = false; pending[text] = false :: else fi };
unlock:
    atomic { if :: lock == p -> lock = 2 :: else fi; read = 0; text = 0; goto again }
  } unless { cut };
end: skip
}

/* Others: who saves without a lock, who loses a lock, who is killed. */
proctype World() {
  byte i;
  do
  :: atomic { saves < 1 && !cut && next < TEXTS -> saves++; acknowledged = 0; now = next; onDisk = next; flushed[next] = true; next++ }
  :: atomic { lock != 2 && !cut -> lock = 2 }       /* passed over, or killed and found dead */
  :: look()
  :: atomic {
      !cut ->
      powerCut();
      if
      :: now == onDisk
      :: now != onDisk -> now = onDisk             /* the rename is not on the disk */
      :: now != onDisk && flushed[now]             /* it is */
      :: now != onDisk && !flushed[now] -> now = TORN
      fi;
      look();
      break
    }
  od
}

init {
  atomic { flushed[1] = true; run Gate(0); run Gate(1); run World() }
}
