#!/bin/sh
# Compiles what runs inside the container with the compiler of the image: sh build.sh DESTINATION
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to=$1
: "${CC:=gcc}"
mkdir -p "$to"

# Paths in includes begin in this folder: "tracer/base/hash.h".
compile() { $CC -std=gnu99 -O2 -Wall -I "$here" "$@"; }
compile -shared -fPIC -fno-builtin-malloc -o "$to/probe.so" "$here"/probe/*.c -ldl -lpthread
compile -shared -fPIC -fno-builtin-malloc -fvisibility=hidden -static-libgcc -o "$to/tracer.so" \
  "$here"/json/*.c "$here"/tracer/*.c "$here"/tracer/*/*.c -ldl -lpthread
compile -o "$to/supervisor" "$here"/json/*.c "$here"/supervisor/*.c

cp "$here"/prelude/*.rb "$to/"
cp -R "$here"/gems "$to/"
chmod 755 "$to" "$to/gems/git" "$to/supervisor" "$to/probe.so" "$to/tracer.so"
chmod 644 "$to"/*.rb
