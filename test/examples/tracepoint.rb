# Ruby bug #18264: a TracePoint that is let go of takes its memory with it, up to 2.7.4 and in 3.0 before 3.0.3.
1000.times do
  1000.times { TracePoint.new(:line) {} }
  print '.'
end
