/**
 * Packages that Ruby is built with, whatever its release: its own tools, and the libraries of its extensions. They stay
 * in the image, so that gems can be compiled there.
 */
export const BUILD_PACKAGES: readonly string[] = [
  'autoconf',
  'autotools-dev',
  'bison',
  'ccache',
  'g++',
  'libffi-dev',
  'libgdbm-dev',
  'libgmp-dev',
  'libreadline-dev',
  'libssl-dev',
  'libyaml-dev',
  'make',
  'zlib1g-dev',
];

export const PREFIX = '/usr/local';
/** Folder in which the script works: in memory, gone with the container. */
export const BUILD_MOUNT = '/build';
/** Folder that is kept between builds: compiled files, and the answers of configure. */
export const CACHE_MOUNT = '/cache';
/** A line of the script that says what it does next. */
export const STEP = 'matrix-step: ';
/** A line that names an extension that was left out. */
export const WITHOUT = 'matrix-without: ';

/**
 * Filter of parse.c up to 2.5, whose own knows no bison of today: the grammar's own parameter is passed to what bison
 * calls without it.
 */
const PARSER_FILTER = String.raw`/^int yydebug;/{
i\
#ifndef yydebug
a\
#endif
}
/^extern int yydebug;/{
i\
#ifndef yydebug
a\
#endif
}
s/^yysyntax_error (/&struct parser_params *parser, /
s/ yysyntax_error (/&parser, /
s/^\([[:space:]]*\)\(yyerror[[:space:]]*([[:space:]]*parser,\)/\1parser_\2/
s/^\(#.*\)".*\.tab\.c"/\1"parse.c"/`;

/**
 * Builds the source that comes in on stdin (so many bytes), and writes the installed files to stdout as a tar. Whatever
 * is said meanwhile goes to stderr. An extension that does not compile with the libraries of today is left out. Little is optimised: that halves the time, and what leaks leaks either way.
 */
export const BUILD_SCRIPT = `set -e
exec 3>&1 1>&2
step() { echo '${STEP}'"$1"; }
mkdir -p ${BUILD_MOUNT}/source ${BUILD_MOUNT}/tmp
export TMPDIR=${BUILD_MOUNT}/tmp
cd ${BUILD_MOUNT}/source
head -c "$SOURCE_BYTES" | tar -x --no-same-owner
[ -f version.h ] || { echo 'this commit holds no source of Ruby: it has no version.h'; exit 1; }
step configure
for file in config.guess config.sub; do
  for at in . tool; do [ ! -d $at ] || cp /usr/share/misc/$file $at/; done
done
if grep -q 'struct parser_params [*]parser' tool/ytab.sed 2>/dev/null; then
  cat > tool/ytab.sed <<'END'
${PARSER_FILTER}
END
  sed -i 's/^\\(#.*define *YYDEBUG\\) 1/\\1 0/' parse.y
fi
# Extensions for Ruby's own tests are half of all.
rm -rf ext/-test-
# They would have to be downloaded.
[ ! -f gems/bundled_gems ] || : > gems/bundled_gems
[ -f configure ] || { if [ -f autogen.sh ]; then sh autogen.sh; else autoconf; fi; }
answers=${CACHE_MOUNT}/configure-$(sha256sum < configure | cut -c1-16)
# An extension is left out by its name: Tk needs a display, and may not be there at all.
without=tk
try() {
  rm -f config.cache
  [ ! -f $answers ] || cp $answers config.cache
  sh ./configure --cache-file=config.cache --prefix=${PREFIX} --enable-shared --disable-install-doc \\
    --with-out-ext=$without CFLAGS='-O1 -g1 -fcommon -fno-strict-aliasing' && { cp config.cache $answers.$$ && mv $answers.$$ $answers; } || return 1
  step compile
  make -j"$JOBS" > make.log 2>&1 || { cat make.log; return 1; }
  cat make.log
}
left=4
until try; do
  more=$(sed -n 's,.*\\[[^]]*ext/\\([A-Za-z0-9_/-]*\\)/all\\] Error.*,\\1,p' make.log 2>/dev/null | sort -u | tr '\\n' ',' | sed 's/,$//')
  left=$((left - 1))
  if [ -z "$more" ] || [ $left = 0 ]; then exit 1; fi
  echo "${WITHOUT}$more"
  without=$without,$more
done
step install
make install-nodoc DESTDIR=${BUILD_MOUNT}/installed
step pack
cd ${BUILD_MOUNT}/installed${PREFIX}
rm -f lib/*.a
tar -c -f - . >&3
`;
