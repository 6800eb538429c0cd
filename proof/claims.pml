/*
 * Claims of an issue between the worktrees of one repository: numbered records, of which the
 * highest rules, and a lease by the clock of the file system.
 *
 * Stands for: src/files/record/claim-file.ts: read, follow, time
 * Stands for: src/gate/claims/take.ts: takeClaim, renewClaim, take
 * Stands for: src/gate/claims/end.ts: finishClaim, releaseClaim, refuseOther
 * Stands for: src/gate/claims/holder.ts: isLive, otherRecord
 * Stands for: src/gate/claims/start.ts: transactClaimed
 *
 * Each worktree starts the issue, renews its claim, gives it up or finishes it, in any order; it may
 * be killed or sleep between any two calls. Clocks of the
 * machines differ, so the one of the file system is looked at. Old
 * records are cleared in any order; once in a while all of them, by who takes the issue months later.
 *
 * Shows: no claim that is live is taken without consent; of all who finish an issue only who has
 * had it last is accepted, once; who was followed by another one is told.
 *
 * Check: claims -DPROCS=2 -DRECORDS=4
 * Mutant: OVERWRITE claims: a record is written, not linked, so two can have one number
 * Mutant: OWN_CLOCK claims: a lease is judged by the clock of who wants the issue
 * Mutant: NO_REFUSAL claims: who finishes does not look who has the issue
 * Mutant: NO_LOOK_AGAIN claims: a record stands without a look at what came before and after it
 */
#define LEASE 1
#define LATEST 3
#define LONG_OVER 2
#define FREE 0
#define HELD 1
#define FINISHED 2

/* Records by their number, from 1. */
byte holder[RECORDS + 2];       /* 0: there is no such name */
byte state[RECORDS + 2];
byte written[RECORDS + 2];
byte clock;
byte records;
/* Who was told last that the issue is his, what he was told, and when that was written. */
byte owner; byte told; byte since;
byte accepted;                  /* who has finished it, if nobody has begun it again */

inline ruling(result) {
  d_step {
    result = 0; i = 1;
    do
    :: i <= RECORDS -> if :: holder[i] != 0 -> result = i :: else fi; i++
    :: else -> break
    od;
    i = 0
  }
}

proctype Worktree(byte p) {
  byte seen, top, i, whose, was, what, ahead;
  bool mine;                    /* whether what ruled when the record was made was free, or this worktree's */
#ifdef OWN_CLOCK
  if :: ahead = 0 :: ahead = LEASE fi;
#endif
again:
  atomic {
    seen = 0; whose = 0; was = 0; top = 0; mine = false;
    if :: records == RECORDS -> goto end :: else fi;
    /* read: the names */
    ruling(seen)
  }
  atomic { /* read: the record, which may be gone by now */
    if :: seen > 0 && holder[seen] != 0 -> whose = holder[seen]; was = state[seen] :: else fi;
    if
    :: what = HELD
    :: whose == p && was == HELD -> what = FREE
    :: what = FINISHED
    fi
  }
  atomic {
    if
#ifdef OWN_CLOCK
    :: what == HELD && whose != 0 && whose != p && was == HELD && clock + ahead < written[seen] + LEASE -> goto again
    :: what == HELD && (whose == 0 || whose == p || was != HELD || clock + ahead >= written[seen] + LEASE)
#else
    :: what == HELD && whose != 0 && whose != p && was == HELD && clock < written[seen] + LEASE -> goto again
    :: what == HELD && (whose == 0 || whose == p || was != HELD || clock >= written[seen] + LEASE)
#endif
    :: what == FREE
#ifndef NO_REFUSAL
    :: what == FINISHED && whose != 0 && whose != p && was != FREE -> goto again     /* refuseOther */
    :: what == FINISHED && whose == p && was == FINISHED ->           /* it has done so before */
      ruling(top);
      if :: top == seen -> accepted = p :: else fi;
      goto again
    :: what == FINISHED && (whose == 0 || was == FREE || (whose == p && was == HELD))
#else
    :: what == FINISHED
#endif
    fi;
    whose = 0; was = 0
  }
  atomic { /* follow */
    if
    :: records == RECORDS -> goto again
#ifndef OVERWRITE
    :: records < RECORDS && holder[seen + 1] != 0 -> goto again
    :: records < RECORDS && holder[seen + 1] == 0
#else
    :: records < RECORDS
#endif
    fi;
    records++;
    ruling(top);
    mine = (top == 0 || holder[top] == p || state[top] == FREE);
    top = 0;
    holder[seen + 1] = p; state[seen + 1] = what; written[seen + 1] = clock;
    if
    :: what == HELD -> accepted = 0
    :: what != HELD && owner == p -> told = what     /* it asked for that itself, whatever it is told */
    :: else
    fi
  }
#ifndef NO_LOOK_AGAIN
  atomic { if :: seen > 0 && holder[seen] == 0 -> holder[seen + 1] = 0; goto again :: else fi };
  atomic {
    ruling(top);
    if :: top != seen + 1 -> goto again :: else top = 0 fi;
#else
  atomic {
#endif
    /* now it is told */
    assert(holder[seen + 1] == p);
    if
    :: what == HELD -> assert(!(told == HELD && owner != p && clock < since + LEASE))
    :: what == FINISHED -> assert(mine); assert(accepted == 0 || accepted == p); accepted = p
    :: what == FREE
    fi;
    owner = p; told = what; since = written[seen + 1]
  }
  /* clear: what stands behind the record before, and what is long over, in any order */
  do
  :: atomic {
      i = 1;
      do :: i < seen -> i++ :: break od;
      if
      :: i <= seen && holder[i] != 0 && (i < seen || written[i] + LONG_OVER <= clock) -> holder[i] = 0; i = 0
      :: else -> i = 0; goto again
      fi
    }
  od;
end: skip
}

proctype Clock() {
  do :: clock < LATEST -> clock++ :: break od
}

init {
  atomic {
    byte p = 1;
    do :: p <= PROCS -> run Worktree(p); p++ :: else -> break od;
    run Clock()
  }
}
