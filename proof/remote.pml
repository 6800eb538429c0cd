/*
 * A claim of an issue between clones: one ref on the remote, moved by a push that says from where.
 *
 * Stands for: src/files/git/claim-refs.ts: pushClaim, listClaimRefs, readClaimTexts
 * Stands for: src/gate/claims/remote.ts: lookAtRemote, shareClaim, counts, endClaim
 * Stands for: src/gate/claims/take.ts: share
 * Stands for: src/gate/claims/end.ts: finishShared
 *
 * A commit is a number and used once. Each clone takes the issue, works, and finishes it; it may
 * sleep or be killed between any two calls, and comes back with what it had noted. The remote may
 * not answer, also between the list of its refs and the text of a commit. The clocks of the clones
 * differ: by less than the grace of a lease in one check, by whatever they like in the other.
 *
 * Shows: of all who finish the issue one is accepted, unless it was begun again; a claim that was
 * replaced is noticed by who held it; with clocks that differ by less than the grace no live claim
 * is replaced without consent, whoever does not answer.
 *
 * Check: once -DCLONES=3 -DCOMMITS=4 -DANY_CLOCK
 * Check: lease -DCLONES=2 -DCOMMITS=4
 * Mutant: NO_COMPARE once: a push does not say from where the ref is moved
 * Mutant: NO_END once: who finishes does not ask the remote
 * Mutant: NO_GRACE lease: a lease ends to the moment, whoever's clock says so
 * Mutant: UNREAD_IS_FREE lease: a commit whose text could not be fetched counts for nothing
 */
#define LEASE 2
#define GRACE 1
#ifdef ANY_CLOCK
#define LATEST 0             /* what a clock says is anything, so none is needed */
#else
#define LATEST 4
#endif
#define FREE 0
#define HELD 1
#define FINISHED 2

byte ref;                       /* the commit that the ref is at; 0: none */
byte commits;
byte holder[COMMITS + 1];
byte state[COMMITS + 1];
byte renewed[COMMITS + 1];      /* by the clock of its holder */
byte made[COMMITS + 1];         /* when it was, truly */
byte clock;
byte accepted;                  /* who has finished it, if nobody has begun it again */

/* pushClaim: a commit, and the ref if it is still where it should be. The answer may be lost. */
inline push(what) {
  atomic {
    if :: commits == COMMITS -> goto end :: else fi;
#ifdef NO_COMPARE
    isDone = true;
#else
    isDone = (ref == expected);
#endif
    if
    :: isDone ->
      if :: what == FINISHED -> assert(accepted == 0 || accepted == p); assert(ref == 0 || holder[ref] == p); accepted = p :: else fi;
#ifndef ANY_CLOCK
      assert(!(what == HELD && ref != 0 && state[ref] == HELD && holder[ref] != p && clock < made[ref] + LEASE));
#endif
      if :: what == HELD && (ref == 0 || holder[ref] != p || state[ref] != HELD) -> accepted = 0 :: else fi;
      commits++; ref = commits; holder[ref] = p; state[ref] = what; renewed[ref] = clock + ahead; made[ref] = clock; pushed = ref
    :: else
    fi
  }
}

proctype Clone(byte p) {
  byte noted, expected, seen, pushed, ahead;      /* noted: the commit that this clone knows as its own */
  bool isDone;
#ifndef ANY_CLOCK
  if :: ahead = 0 :: ahead = GRACE fi;
#endif
take: /* shareClaim */
  expected = noted;
share:
  push(HELD);
  if
  :: isDone -> goto note
  :: isDone -> goto killed
  :: else
  fi;
  if :: seen = ref :: goto end fi;        /* listClaimRefs, or the remote does not answer */
  if                                      /* readClaimTexts: the ref may have moved, or the remote is gone */
#ifdef UNREAD_IS_FREE
  :: seen != 0 -> skip
#else
  :: seen != 0 -> seen = 0; goto wait
#endif
  :: seen != 0 && seen == ref && state[seen] == HELD && holder[seen] != p ->
    if                                    /* counts: another one's is live */
#ifdef ANY_CLOCK
    :: seen = 0; goto wait
    :: true
#elif defined(NO_GRACE)
    :: clock + ahead < renewed[seen] + LEASE -> seen = 0; goto wait
#else
    :: clock + ahead < renewed[seen] + LEASE + GRACE -> seen = 0; goto wait
#endif
#ifndef ANY_CLOCK
    :: else
#endif
    fi
  :: seen != 0 && seen == ref && !(state[seen] == HELD && holder[seen] != p)
  :: seen == 0
  fi;
  expected = seen; seen = 0;
  goto share;
killed: /* between the push and the note of it */
  if :: goto wait :: goto end fi;
note:
  noted = pushed;
work:
  if
  :: goto take                            /* a save renews the claim */
  :: goto finish
  :: goto end
  fi;
wait:
  if :: goto take :: goto end fi;
finish: /* finishShared, endClaim */
#ifdef NO_END
  atomic { assert(accepted == 0 || accepted == p); accepted = p; goto end };
#endif
  expected = noted;
ending:
  push(FINISHED);
  if
  :: isDone -> goto accept
  :: isDone -> goto killed                /* the push was made, and its answer or the process lost */
  :: else
  fi;
  atomic {                                /* lookAtRemote: its own is followed, another one's is the end */
    if
    :: ref != 0 && holder[ref] == p -> expected = ref; goto ending
    :: ref == 0 || holder[ref] != p -> goto end
    fi
  }
accept:
end: skip
}

proctype Clock() {
  do :: clock < LATEST -> clock++ :: break od
}

init {
  atomic {
    byte p = 1;
    do :: p <= CLONES -> run Clone(p); p++ :: else -> break od;
    run Clock()
  }
}
