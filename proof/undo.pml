/*
 * Undo and redo over the versions of a document: where it stands is decided by what it holds.
 *
 * Stands for: src/gate/history/timeline.ts: stepOf, before, madeFrom, after
 * Stands for: src/gate/history/undo-plan.ts: planOf, targetOf
 * Stands for: src/gate/history/undo.ts: undo, restore
 *
 * A text is a number. Each writer has the lock, so operations come one after the other; a kill may
 * come between a version and the document, which leaves a version that the document never had.
 * Others write the document too: a new text, or one that it had. All versions are kept.
 *
 * Shows: undoing leads to a text that was there before, and to another one; redoing at once leads
 * back to where it was undone; a text that a gate found or wrote is a version ever after; who
 * undoes again and again comes to an end.
 *
 * Check: chain -DVERSIONS=6
 * Mutant: LAST_DONE chain: undo goes back from the newest version, whatever the document holds
 * Mutant: COUNT_UNWRITTEN chain: a version that a kill left behind counts as written
 * Mutant: NO_MEET chain: what others wrote is no version before it is written over
 */
#define NONE 15                 /* no version: the document before its first one */

byte revision[VERSIONS + 2];
byte made_from[VERSIONS + 2];   /* 0: nobody knows; NONE: there was no document */
byte restores[VERSIONS + 2];    /* 0: it puts nothing back */
bool written[VERSIONS + 2];
bool isUndo[VERSIONS + 2];
byte count;
byte held;                      /* the text of the document; 0: there is none */
byte texts;
bool was[VERSIONS + 4];         /* texts that the document had while a gate looked */

/* #holding: the newest version with this text; a missing document stands where it began. */
inline position(step) {
  step = 0; i = count;
  do
  :: i > 0 && step == 0 -> if :: revision[i] == held -> step = i :: else fi; i--
  :: else -> break
  od;
#ifdef LAST_DONE
  step = count;
#endif
  if :: held == 0 -> step = NONE :: else -> stepOf(step) fi;
  i = 0
}

inline stepOf(step) {
  do
  :: step != 0 && step != NONE && restores[step] != 0 -> step = restores[step]
  :: else -> break
  od
}

inline before(step) {
  if
  :: step == NONE -> step = 0
  :: else -> step = made_from[step]; stepOf(step)
  fi
}

/* after: what was gone back from to this step, else what was made of it last. */
inline after(step) {
  target = 0; i = count;
  do
  :: i > 0 && target == 0 ->
#ifdef COUNT_UNWRITTEN
    if
    :: true ->
#else
    if
    :: written[i] ->
#endif
      at = i; stepOf(at);
      if
      :: isUndo[i] && at == step && made_from[i] != 0 && made_from[i] != NONE -> target = made_from[i]; stepOf(target)
      :: else ->
        at = i; before(at);
        if :: restores[i] == 0 && at == step -> target = i :: else fi
      fi
    :: else
    fi;
    i--
  :: else -> break
  od;
  i = 0
}

inline textOf(step, text) { if :: step == NONE -> text = 0 :: else -> text = revision[step] fi }

/* storeVersion: what is found becomes a version if it is none, then what is written. */
inline commit(text, puts, undoes) {
#ifndef NO_MEET
  if
  :: held != 0 && revision[count] != held ->
    i = count;
    do :: i > 0 && revision[i] != held -> i-- :: else -> break od;
    if
    :: i == 0 -> count++; revision[count] = held; made_from[count] = 0; written[count] = true; i = count
    :: else -> written[i] = true
    fi
  :: held != 0 && revision[count] == held -> i = count; written[count] = true
  :: held == 0
  fi;
#else
  i = count;
#endif
  if :: held != 0 -> was[held] = true :: else -> i = NONE fi;
  count++;
  revision[count] = text; made_from[count] = i; restores[count] = puts; isUndo[count] = undoes; written[count] = false;
  i = 0;
  if
  :: held = text; written[count] = true; was[text] = (text != 0)
  :: held = text; was[text] = (text != 0)          /* killed before the version has its final name */
  :: skip                                          /* killed before the document was written */
  fi
}

proctype Gate() {
  byte i, at, target, step, old, text;
  do
  :: count + 2 > VERSIONS -> break
  :: d_step { count + 2 <= VERSIONS && texts < VERSIONS -> texts++; skip }; atomic { commit(texts, 0, false) }
  :: atomic { texts > 0 && count + 2 <= VERSIONS -> texts = texts + (texts < VERSIONS -> 1 : 0); held = texts }       /* others: a new text */
  :: atomic { count > 0 && count + 2 <= VERSIONS -> at = 1; do :: at < count -> at++ :: break od; if :: revision[at] != 0 -> held = revision[at] :: else fi; at = 0 }
  :: atomic { /* undo, then redo at once */
      count > 0 && count + 2 <= VERSIONS ->
      position(step);
      old = held;
      if
      :: step == 0 -> target = count; stepOf(target)
      :: else -> target = step; before(target)
      fi;
      at = 0;
      do
      :: target != 0 -> textOf(target, text); if :: text == held -> before(target); at++; assert(at <= VERSIONS) :: else -> break fi
      :: else -> break
      od;
      at = 0;
      if
      :: target != 0 ->
        textOf(target, text);
        assert(text != held);
        /* it was there before what is undone */
        if
        :: step != 0 && step != NONE && target != NONE && held != 0 ->
          at = 1; do :: revision[at] != text && revision[at] != held -> at++ :: else -> break od;
          assert(revision[at] == text);
          at = 0
        :: else
        fi;
        commit(text, target, true);
        if
        :: held == text && written[count] && step != 0 && step != NONE && old != text ->
          /* redo */
          position(step);
          after(step);
          assert(target != 0);
          assert(revision[target] == old)
        :: else
        fi
      :: else
      fi;
      step = 0; target = 0; old = 0; text = 0; at = 0
    }
  :: atomic { /* redo leads to what was there */
      count > 0 ->
      position(step);
      if
      :: step != 0 ->
        after(step);
        if :: target != 0 && target != NONE && revision[target] != 0 && revision[target] != held -> assert(was[revision[target]]) :: else fi
      :: else
      fi;
      step = 0; target = 0; at = 0
    }
  :: atomic { /* what was there is a version */
      i = 1;
      do
      :: i <= VERSIONS && was[i] -> at = count; do :: at > 0 && revision[at] != i -> at-- :: else -> break od; assert(at > 0); i++
      :: i <= VERSIONS && !was[i] -> i++
      :: else -> break
      od;
      i = 0; at = 0
    }
  od
}

init { run Gate() }
