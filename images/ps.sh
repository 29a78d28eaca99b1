#!/bin/sh
# `ps` for images without one, with what scripts use that measure themselves:
# ps -o FIELD[=][,FIELD…] [-p] PID, with the fields rss, vsz, pid, ppid, comm and command.
fields=
pid=$PPID
while [ $# -gt 0 ]; do
  case $1 in
    -o) fields="$fields,$2"; shift ;;
    -o*) fields="$fields,${1#-o}" ;;
    -p|--pid) pid=$2; shift ;;
    -p*) pid=${1#-p} ;;
    -*|ax|aux|u) ;;
    *o) fields="$fields,$2"; shift ;;
    *) pid=$1 ;;
  esac
  shift
done
[ -r "/proc/$pid/status" ] || exit 1
status() { sed -n "s/^$1:[[:space:]]*\([^[:space:]]*\).*/\1/p" "/proc/$pid/status"; }
head= line=
for field in $(echo "${fields:-pid,rss,vsz,comm}" | tr ',' ' '); do
  name=${field%%=*}
  case $name in
    rss|rssize|rsz) value=$(status VmRSS) ;;
    vsz|vsize) value=$(status VmSize) ;;
    pid) value=$pid ;;
    ppid) value=$(status PPid) ;;
    comm|ucmd) value=$(status Name) ;;
    command|args|cmd) value=$(tr '\0' ' ' < "/proc/$pid/cmdline") ;;
    *) echo "ps: this small ps knows no field $name" >&2; exit 1 ;;
  esac
  case $field in *=*) ;; *) head="$head $(echo "$name" | tr '[:lower:]' '[:upper:]')" ;; esac
  line="$line ${value:-0}"
done
[ -z "$head" ] || echo "${head# }"
echo "${line# }"
