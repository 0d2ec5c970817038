#!/bin/sh
# Runs one GROMACS simulation in the present folder, on CORES cores.
#   run.sh CORES MINUTES [--steps N] (--tpr FILE | --gro FILE --top FILE --mdp FILE)
# Everything it writes is named run.*. Where run.cpt is there, or an earlier attempt of the job left one on this machine,
# it goes on from it.
set -eu

cores=$1
minutes=$2
shift 2
steps='' tpr='' gro='' top='' mdp=''
while [ $# -gt 0 ]; do
    case $1 in
        --steps) steps=$2 ;;
        --tpr) tpr=$2 ;;
        --gro) gro=$2 ;;
        --top) top=$2 ;;
        --mdp) mdp=$2 ;;
        *) echo "run.sh: unknown argument: $1" >&2; exit 64 ;;
    esac
    shift 2
done

# Takes over what the attempt in folder $1 reached. The prepared input comes last: with it, this folder counts as begun.
take_over() {
    for file in "$1"/run.* "$1"/run_*; do
        # The final structure is written at the very end, so it is either an input of that name, or of no use here.
        case $file in */run.gro) continue ;; esac
        [ ! -f "$file" ] || cp -p -- "$file" .
    done
    cp -p -- "$1/.run.tpr" .new.tpr
    mv -- .new.tpr .run.tpr
    echo "run.sh: taking over what $1 reached" >&2
}

# An attempt has a folder of its own; those of the attempts before lie beside it and end in their numbers.
attempt=${TIELINE_ATTEMPT:-1}
before=$attempt
while [ ! -s .run.tpr ] && [ "$before" -gt 1 ]; do
    before=$((before - 1))
    earlier=${PWD%-"$attempt"}-$before
    if [ -s "$earlier/run.cpt" ] && [ -s "$earlier/.run.tpr" ]; then take_over "$earlier"; fi
done

# gmx divides the cores into ranks and threads itself: a small box does not divide into many ranks.
unset OMP_NUM_THREADS
export GMX_MAXBACKUP=-1

# Names that begin with a dot are never those of a file somebody gave. The prepared input gets its name last, so that an
# interrupted preparation is not taken for a whole one.
if [ ! -s .run.tpr ]; then
    if [ -n "$tpr" ]; then
        cp -- "$tpr" .new.tpr
    else
        gmx -nobackup grompp -f "$mdp" -c "$gro" -p "$top" -po run.mdp -o .new.tpr
    fi
    if [ -n "$steps" ]; then
        gmx -nobackup convert-tpr -s .new.tpr -nsteps "$steps" -o .counted.tpr
        mv -- .counted.tpr .new.tpr
    fi
    mv -- .new.tpr .run.tpr
fi

set -- mdrun -s .run.tpr -deffnm run -cpt "$minutes" -nt "$cores" -pin off
if [ -s run.cpt ]; then
    echo "run.sh: going on from run.cpt" >&2
    set -- "$@" -cpi run.cpt
    # A checkpoint that somebody gave comes without the files it was written beside: then new ones are begun, run.part0002.log
    # and so on.
    [ -s run.log ] || set -- "$@" -noappend
fi
exec gmx "$@"
