#!/bin/sh
# Compiles what runs inside the container, with the image's own compiler: sh build.sh DESTINATION
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
: "${CC:=gcc}"
mkdir -p "$to"
$CC -std=gnu99 -O2 -Wall -shared -fPIC -fno-builtin-malloc -I "$here/malloc" -o "$to/probe.so" "$here/probe/probe.c" -ldl -lpthread
$CC -std=gnu99 -O2 -Wall -shared -fPIC -fno-builtin-malloc -fvisibility=hidden -static-libgcc -o "$to/tracer.so" \
  "$here"/tracer/*.c -ldl -lpthread
$CC -std=gnu99 -O2 -Wall -I "$here/probe" -o "$to/supervisor" "$here"/supervisor/*.c
cp "$here"/prelude/*.rb "$to/"
chmod 755 "$to" "$to/supervisor" "$to/probe.so" "$to/tracer.so"
chmod 644 "$to"/*.rb
