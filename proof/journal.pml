/*
 * The record of a batch and the journal of what ended since it was written.
 *
 * Stands for: src/files/record/journal.ts: readJournal, appendJournal, removeJournal
 * Stands for: src/gate/batch/journal.ts: withJournal, isContinued, announceFold, endFold
 * Stands for: src/gate/batch/file.ts: loadFile, changeFile, fold
 * Stands for: src/gate/batch/session.ts: change, refresh
 * Stands for: src/records/batch-journal.ts: readBatchJournal, replayed
 *
 * A record is two features, a bit for each: whether it failed. A line of the journal says that one
 * failed; to try it again takes the journal in and writes the record. Writers come one after the
 * other, by the lock; each may be killed before any step, and the power may be cut then. Others
 * write the record too, as it was; others read without the lock. A name that was made, replaced or
 * removed is so on the disk once its own folder was flushed: the journal's and the record's are two.
 * Others do not write just between a record and the removal of its journal: that would undo the one
 * change that was on the way, which nobody was told of yet.
 * The removal of the journal and its flush are one step: who is killed between these two calls, and
 * then meets a power cut before the file system has written by itself, is not covered.
 *
 * Shows: what was acknowledged is read, by each reader and after each crash, once and not twice.
 *
 * Check: fold
 * Mutant: NO_FLUSH fold: a line is acknowledged before it is flushed
 * Mutant: NO_FOLD_LINE fold: the journal does not say which record its lines are part of
 * Mutant: REMOVE_FIRST fold: the journal goes before the record is written
 * Mutant: NO_REMOVAL_FLUSH fold: the removal of the journal is not flushed
 * Mutant: LAST_FOLD_ONLY fold: of the records that the journal says it is part of only the last one counts
 * Mutant: READ_ONCE fold: a reader does not look at the journal before it reads the record
 */
#ifndef WRITES
#define WRITES 3
#endif
#define NONE 15

byte record = 1; byte onDisk = 1;          /* the revision that the name leads to, for readers and surely on the disk */
byte value[2 * WRITES + 4];                    /* what a revision says */
byte revisions = 1;
/* The journal: its number, for those who compare; what it says; how much of that is on the disk; whether its name is. */
byte journal; byte base; byte lines; short folded; byte flushed; short flushedFold; bool named;
byte journals;
/* One that was removed, as far as that is not on the disk. */
bool old; byte oldLines; short oldFold;
byte truth;                                /* what the last writer made of it */
byte allowed = 1;                          /* what a power cut may leave, as a set: acknowledged, or on the way */
byte seen;                                 /* what was true since the reader began, as a set */
byte steps;
byte other; bool wasKilled;                 /* what it would be without the step in which a writer was killed */
bool killed;
bool cut;

/* withJournal */
inline total(result, ofRecord, is, more, fold) {
  result = value[ofRecord];
  if :: is && !(fold & (1 << ofRecord)) -> result = result | more :: else fi
}

inline becomes(what) {
  truth = what; allowed = allowed | (1 << truth); seen = seen | (1 << truth);
  if
  :: wasKilled && isRetry -> allowed = allowed | (1 << (other & ~one))
  :: wasKilled && !isRetry -> allowed = allowed | (1 << (other | one))
  :: else
  fi
}

inline append() {
  /* refresh */
  atomic {
    if
    :: journal != 0 && (base != record || folded != 0) -> goto change
    :: else
    fi
  }
  /* appendJournal */
  if
  :: atomic {
      journal == 0 ->
      journals++; journal = journals; base = record; folded = 0; lines = one; flushed = 0; flushedFold = 0; named = false;
      becomes(truth | one)
    }
  :: atomic { journal != 0 -> lines = lines | one; becomes(truth | one) }
  fi;
#ifndef NO_FLUSH
  flushed = lines;
#endif
  if
  :: atomic { !named -> named = true; old = false }
  :: named
  fi
}

inline write() {
  atomic {
    held = record;
    total(after, record, journal != 0, lines, folded);
    if :: isRetry -> after = after & ~one :: else -> after = after | one fi;
    revisions++; mine = revisions; value[mine] = after
  }
  /* announceFold */
  if
  :: journal != 0 ->
#ifdef REMOVE_FIRST
    remove();
#endif
#ifndef NO_FOLD_LINE
#ifdef LAST_FOLD_ONLY
    folded = 1 << mine;
#else
    folded = folded | (1 << mine);
#endif
    atomic { flushed = lines; flushedFold = folded };
#endif
    skip
  :: else
  fi;
  /* replaceFile, which compares */
  atomic {
    if
    :: record != held -> mine = 0; goto change
    :: else -> record = mine; mine = 0; held = 0; becomes(after)
    fi
  }
  onDisk = record;
  /* endFold */
  remove()
}

inline remove() {
  if
  :: journal != 0 ->
    atomic {
      if :: named -> old = true; oldLines = flushed; oldFold = flushedFold :: else fi;
      journal = 0; base = 0; lines = 0; folded = 0; flushed = 0; flushedFold = 0; named = false;
#ifndef NO_REMOVAL_FLUSH
      old = false
#endif
    }
  :: else
  fi
}

proctype Writer() {
  byte one, after, held, mine;
  bool isRetry;
  do
  :: {
      after = 0;
again:
      atomic {
        if :: steps == WRITES || cut -> goto end :: else fi;
        steps++;
        if :: one = 1 :: one = 2 fi;
        if :: isRetry = false; goto line :: isRetry = true; goto change fi
      }
line:
      append();
      goto acknowledge;
change:
      write();
acknowledge:
      atomic {
        if :: isRetry -> other = other & ~one :: else -> other = other | one fi;
        allowed = (1 << truth) | (1 << (wasKilled -> other : truth));
        after = 0; one = 0; goto again
      }
    } unless {
      atomic {
        killed || cut;
        if :: cut -> goto end :: else -> killed = false; wasKilled = true; after = 0; one = 0; held = 0; mine = 0 fi
      }
    }
  od;
end: skip
}

/* Others who write the record as it was, a kill, and then the power is cut. */
proctype World() {
  byte result;
  bool wrote;
  do
  :: atomic { !wrote && revisions <= WRITES + 1 && (journal == 0 || !(folded & (1 << record))) -> wrote = true; revisions++; value[revisions] = value[record]; record = revisions; onDisk = record }
  :: atomic { !wasKilled && !killed && steps > 0 -> killed = true }
  :: break
  od;
  atomic {
    cut = true;
    if :: record = onDisk :: skip fi;
    if
    :: old && !named -> journal = NONE; lines = oldLines; folded = oldFold
    :: !named -> journal = 0
    :: journal != 0 && (named || flushed != 0) ->
      if :: lines = flushed :: skip fi;
      if :: folded = flushedFold :: skip fi
    fi;
    total(result, record, journal != 0, lines, folded);
    assert(allowed & (1 << result))
  }
}

/* loadFile */
proctype Reader() {
  byte before, held, result; short beforeFold;
  atomic { seen = 1 << truth; before = journal; beforeFold = folded };
again:
  held = record;
  atomic {
    if
    :: cut -> goto end
    :: !cut && (before != journal || beforeFold != folded) ->
#ifndef READ_ONCE
      before = journal; beforeFold = folded; goto again
#endif
    :: else
    fi;
    total(result, held, journal != 0, lines, folded);
    assert(seen & (1 << result))
  }
end: skip
}

init { atomic { run Writer(); run World(); run Reader() } }
