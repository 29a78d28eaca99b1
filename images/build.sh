#!/bin/sh
# Compiles what runs inside the container, with the image's own compiler: sh build.sh DESTINATION
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
: "${CC:=gcc}"
mkdir -p "$to"
$CC -std=gnu99 -O2 -Wall -shared -fPIC -fno-builtin-malloc -o "$to/probe.so" "$here/probe/probe.c" -ldl -lpthread
$CC -std=gnu99 -O2 -Wall -I "$here/probe" -o "$to/supervisor" "$here"/supervisor/*.c
cp "$here/prelude/prelude.rb" "$to/prelude.rb"
chmod 755 "$to" "$to/supervisor" "$to/probe.so"
chmod 644 "$to/prelude.rb"
