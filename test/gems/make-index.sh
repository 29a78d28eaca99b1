#!/bin/sh
# Builds the gems of this folder and an index of them, as `gem generate_index` does; writes it as a tar. Runs in the
# image of a ruby: stdin is a tar of this folder.
set -eu
mkdir -p /tmp/source /tmp/index/gems
cd /tmp/source && tar -xf -
build() { (cd "$1" && gem build -q "$1.gemspec" >&2 && mv ./*.gem /tmp/index/gems/); }
for name in plainly leans newer broken; do build "$name"; done
for version in 1.0.0 1.1.0 1.2.0; do echo "$version" > leaky/VERSION; build leaky; done
gem generate_index --directory /tmp/index >&2
tar -cf - -C /tmp/index .
