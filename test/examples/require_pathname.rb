# Ruby bug #14372: `require` with a relative Pathname in $LOAD_PATH loses one String buffer a call, in 2.3 and
# in 2.4 before 2.4.4. This is the script that found it, after four months.
require 'pathname'
$LOAD_PATH.unshift(Pathname.new("foo"))     # relative, not a String
dot      = "."
filename = "ostruct"
1000.times { 1000.times { require filename }; print dot; GC.start; }
