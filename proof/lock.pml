/*
 * The lock of a document: numbered generations, of which the highest rules.
 *
 * Stands for: src/files/lock/protocol.ts: look, judge, claim, lookAgain, withdraw, cleanUp, isHeld, release
 * Stands for: src/files/lock/private-file.ts: publishNew
 * Stands for: src/files/lock/owner.ts: readOwner, parseOwner, lifeOf
 * Stands for: src/files/lock/held-lock.ts: isHeld, release
 * Stands for: src/files/lock/lock.ts: acquireLock
 *
 * A step is one call to the disk, and between any two a process may sleep for as long as it likes
 * or be killed. Listing a folder is one step. One generation is kept instead of 16, so that few
 * claims meet what was cleaned up. An inode is a number of its own; a name may come to be another's.
 *
 * The queue of those who wait is left out: it says who tries and when, never who has the lock.
 *
 * Shows: no two live processes hold the lock, also where a look again fails or a release cannot
 * be written; who holds it though another one has been given it since, is told; whoever is killed
 * where, the others get it.
 *
 * Check: exclusion -DPROCS=3 -DCLAIMS=3 -DKILLS=1 -DFAULTS
 * Check: fencing -DPROCS=3 -DCLAIMS=4 -DELSEWHERE
 * Check: ends ltl -DPROCS=2 -DCLAIMS=3 -DKILLS=1 -DFAULTS
 * Mutant: NO_LOOK_AGAIN exclusion: a claim stands without a second look
 * Mutant: OVERWRITE exclusion: a generation is written, not linked, so two can have one number
 * Mutant: REMOVE_DEAD exclusion: what a dead holder left is removed, not passed over
 * Mutant: REMOVE_CLAIM exclusion: a claim that does not stand is removed, and its number is another's
 * Mutant: REMOVE_CLAIM fencing: a claim that does not stand is removed, and leaves a gap behind a live holder
 * Mutant: OURS_FIRST fencing: a holder looks at its own generation before the next one
 * Mutant: NO_INODE fencing: a holder takes any file of its number for its own
 * Mutant: DEAD_FOREVER ends: what a dead holder left is waited for
 */
#ifndef KILLS
#define KILLS 0
#endif
#define KEPT 1
#define GENS CLAIMS

byte file[GENS + 2];      /* the inode that a generation has; 0 where there is no such name */
bool rel[GENS + 2];       /* whether it has a mark of release */
byte owner[GENS + 1];     /* who made an inode */
bool torn[GENS + 1];      /* whether its record was emptied */
byte made;                /* inodes so far */
bool killed[PROCS];
bool holds[PROCS];        /* who believes that it has the lock */
bool ended[PROCS];
byte stood;               /* the highest generation that ever stood: what a holder must be told of */

inline look(top) {
  d_step {
    top = 0; i = 1;
    do
    :: i <= GENS -> if :: file[i] != 0 -> top = i :: else fi; i++
    :: else -> break
    od;
    i = 0
  }
}

/* isHeld: two looks, the next generation first. Who is told that it holds must not have been overtaken before it asked. */
inline isHeld() {
  atomic {
    best = stood;
#ifdef OURS_FIRST
    if :: file[token] != inode -> best = 0; goto release :: else fi
#else
    if :: file[token + 1] != 0 -> best = 0; goto release :: else fi
#endif
  }
  atomic {
#ifdef OURS_FIRST
    if :: file[token + 1] != 0 -> best = 0; goto release :: else fi;
#elif defined(NO_INODE)
    if :: file[token] == 0 -> best = 0; goto release :: else fi;
#else
    if :: file[token] != inode -> best = 0; goto release :: else fi;
#endif
    assert(best <= token);
    best = 0
  }
}

proctype Gate(byte p) {
  byte g, i, token, inode, seen, best;
  byte names, marks;      /* what of the listing of the first look is to be cleaned up */
  {
    i = 0;
again:
    atomic { /* look */
      if :: made == CLAIMS -> goto end :: else fi;
      look(g);
      d_step {
        names = 0; marks = 0; i = 1;
        do
        :: i + KEPT <= g + 1 -> names = names | (file[i] != 0) << i; marks = marks | rel[i] << i; i++
        :: else -> break
        od;
        i = 0
      }
      if
      :: g == 0 || rel[g] -> goto claim
      :: else
      fi
    }
    atomic { /* judge: readOwner opens the record */
      seen = file[g];
      if :: seen == 0 -> goto again :: else fi
    }
    atomic { /* and reads it; lifeOf */
      if
      :: torn[seen] -> seen = 0
      :: !torn[seen] && killed[owner[seen]] ->
        seen = 0;
#ifdef DEAD_FOREVER
        goto again;
#endif
#ifdef REMOVE_DEAD
        goto remove;
#endif
      :: !torn[seen] && !killed[owner[seen]] ->
        seen = 0;
#ifndef ELSEWHERE
        goto again
#endif
        /* else unsure, and silent for a minute: it sleeps */
      fi;
      goto claim
    }
#ifdef REMOVE_DEAD
remove:
    atomic { file[g] = 0; g = g - 1 }
#endif
claim:
    atomic {
      token = g + 1; g = 0;
      if
#ifndef OVERWRITE
      :: file[token] != 0 || made == CLAIMS -> token = 0; names = 0; marks = 0; goto again
      :: file[token] == 0 && made < CLAIMS
#else
      :: made == CLAIMS -> token = 0; names = 0; marks = 0; goto again
      :: made < CLAIMS
#endif
        -> made++; inode = made; owner[inode] = p; file[token] = inode
      fi
    }
#ifndef NO_LOOK_AGAIN
    atomic { /* lookAgain: the listing */
      if
      :: true
#ifdef FAULTS
      :: goto withdraw
#endif
      fi;
      look(g);
      if
      :: g > token -> g = 0; goto withdraw
      :: else -> g = 0
      fi
    }
    /* and the generation before */
    if :: token > 1 && file[token - 1] == 0 -> goto withdraw :: else fi;
#endif
    d_step {
      holds[p] = true;
      if :: stood < token -> stood = token :: else fi;
#ifndef ELSEWHERE
      i = 0;
      do
      :: i < PROCS -> assert(i == p || !holds[i]); i++
      :: else -> break
      od;
      i = 0
#endif
    }
    /* cleanUp: in ascending order, a record before its mark */
    do
    :: atomic { names != 0 -> i = 1; do :: names & (1 << i) -> break :: else -> i++ od; names = names ^ (1 << i); file[i] = 0; i = 0 }
    :: atomic { names == 0 && marks != 0 -> i = 1; do :: marks & (1 << i) -> break :: else -> i++ od; marks = marks ^ (1 << i); rel[i] = false; i = 0 }
    :: atomic { names == 0 && marks == 0 -> break }
    od;
#ifdef ELSEWHERE
    isHeld();
#endif
release:
    atomic {
      holds[p] = false;
      if
      :: rel[token] = true
#ifdef FAULTS
      :: torn[inode] = true
#endif
      fi;
      goto next
    }
withdraw:
#ifdef REMOVE_CLAIM
    file[token] = 0;
    torn[inode] = true;
#else
    if
    :: rel[token] = true
#ifdef FAULTS
    :: torn[inode] = true
#endif
    fi;
#endif
next:
    atomic { token = 0; inode = 0; names = 0; marks = 0; goto again }
  } unless { killed[p] };
end:
  ended[p] = true
}

/* Kills, at any moment: whom the lock was for no longer holds it. */
proctype Kill() {
  byte kills, p;
  do
  :: kills < KILLS -> kills++;
    if
    :: atomic { p = 0; do :: p < PROCS - 1 -> p++ :: break od; killed[p] = true; holds[p] = false; p = 0 }
    fi
  :: break
  od
}

init {
  atomic {
    byte p = 0;
    do :: p < PROCS -> run Gate(p); p++ :: else -> break od;
    run Kill()
  }
}

#define ALL_DONE (ended[0] && ended[1])
#ifdef LTL
ltl ends { <> ALL_DONE }
#endif
