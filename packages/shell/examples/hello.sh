#!/bin/sh
# Says who runs it where, and writes its arguments into a file that comes back.
echo "hello from $(hostname), I am $(id -un)"
printf '%s\n' "$@" > arguments.txt
