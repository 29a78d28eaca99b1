import { shape, type Shape } from './shapes.ts';

/** Loops as people post them. */
export const POSTED: readonly Shape[] = [
  shape(
    'nested times with GC.start and print (bug #14372)',
    `require 'pathname'
$LOAD_PATH.unshift(Pathname.new("foo"))
dot      = "."
filename = "ostruct"
1000.times { 1000.times { require filename }; print dot; GC.start; }
`,
    5,
    5,
    'times times',
  ),
  shape('a single times', "require 'json'\n1_000_000.times { JSON.generate([1]) }\n", 2, 2, 'times'),
  shape('times with do … end and an index', '100_000.times do |i|\n  i.to_s\nend\n', 1, 1, 'times'),
  shape('loop do', 'loop do\n  "x" * 10\nend\n', 1, 1, 'loop'),
  shape('loop with braces', 'i = 0\nloop { i += 1; break if i > 10_000 }\n', 2, 2, 'loop'),
  shape('Kernel.loop', 'Kernel.loop { Object.new }\n', 1, 1, 'loop'),
  shape('loop with parentheses', 'loop() { Object.new }\n', 1, 1, 'loop'),
  shape('upto', '1.upto(100_000) { |i| i.to_s }\n', 1, 1, 'upto'),
  shape('upto without parentheses', '1.upto 100_000 do |i|\n  i.to_s\nend\n', 1, 1, 'upto'),
  shape('downto', '100_000.downto(1) { |i| i.to_s }\n', 1, 1, 'downto'),
  shape('step', '1.step(100_000, 2) { |i| i.to_s }\n', 1, 1, 'step'),
  shape('step with keywords', '1.step(by: 2, to: 100_000) { |i| i.to_s }\n', 1, 1, 'step'),
  shape('each on a range', '(1..100_000).each { |i| i.to_s }\n', 1, 1, 'each'),
  shape('each on an exclusive range', '(0...100_000).each do |i|\n  i.to_s\nend\n', 1, 1, 'each'),
  shape('each on an endless range', '(1..).each { |i| i.to_s }\n', 1, 1, 'each', '2.6'),
  shape('step on a range', '(1..1_000_000).step(2) { |i| i.to_s }\n', 1, 1, 'step'),
  shape('for', 'for i in 1..100_000 do\n  i.to_s\nend\n', 1, 1, 'for'),
  shape('for without do', 'for i in 1..100_000\n  i.to_s\nend\n', 1, 1, 'for'),
  shape('while true', 'while true\n  Object.new\nend\n', 1, 1, 'while'),
  shape('while true do, on one line', 'while true do Object.new end\n', 1, 1, 'while'),
  shape('while 1 with semicolons', 'while 1; Object.new; end\n', 1, 1, 'while'),
  shape('until false', 'until false\n  Object.new\n  GC.start\nend\n', 1, 1, 'until'),
  shape('while with a counter', 'i = 0\nwhile i < 1_000_000\n  i += 1\nend\n', 2, 2, 'while'),
  shape('until with a counter', 'i = 0\nuntil i == 1_000_000 do\n  i += 1\nend\n', 2, 2, 'until'),
  shape('modifier while', 'i = 0\ni += 1 while i < 1_000_000\n', 2, 2, 'while'),
  shape('modifier until', 'i = 0\n(i += 1; Object.new) until i == 1_000_000\n', 2, 2, 'until'),
  shape('begin … end while', 'i = 0\nbegin\n  i += 1\nend while i < 1_000_000\n', 2, 2, 'while'),
  shape('begin … end while on one line', 'i = 0\nbegin i += 1; end while true\n', 2, 2, 'while'),
  shape(
    'few outer, many inner iterations',
    `10.times { 100_000.times { Object.new }; puts \`ps -o rss= -p #{$$}\` }
`,
    1,
    1,
    'times times',
  ),
  shape(
    'few outer, many inner iterations, over lines',
    `def rss
  \`ps -o rss= -p #{Process.pid}\`.to_i
end

20.times do
  100_000.times do
    Object.new
  end
  GC.start
  puts "rss: #{rss}"
end
`,
    5,
    6,
    'times times',
  ),
  shape('three deep', '10.times { 10.times { 1_000.times { Object.new } } }\n', 1, 1, 'times times times'),
  shape('the count in a constant', 'N = 1_000_000\nN.times { Object.new }\n', 2, 2, 'times'),
  shape('the count from ARGV', 'n = (ARGV[0] || 1_000).to_i\nn.times { Object.new }\n', 2, 2, 'times'),
  shape(
    'inside a method that is called',
    'def run\n  1_000_000.times { Object.new }\nend\n\nrun\n',
    2,
    2,
    'times',
  ),
  shape(
    'in a method called from a loop',
    'def test\n  100_000.times { Object.new }\nend\n\n10.times { test; puts 1 }\n',
    5,
    5,
    'times',
  ),
  shape('inside a thread', 'Thread.new { loop { Object.new } }.join\n', 1, 1, 'loop'),
  shape(
    'in several threads',
    '4.times.map { Thread.new { 10_000.times { Object.new } } }.each(&:join)\n',
    1,
    1,
    'times',
  ),
  shape(
    'in a Benchmark block',
    `require 'benchmark'
Benchmark.bm do |x|
  x.report('a') { 100_000.times { Object.new } }
end
`,
    3,
    3,
    'times',
  ),
  shape(
    'in Benchmark.realtime',
    "require 'benchmark'\nputs Benchmark.realtime { 1_000_000.times { Object.new } }\n",
    2,
    2,
    'times',
  ),
  shape(
    'warm-up before the loop',
    '100.times { Object.new }\nGC.start\n1_000_000.times { Object.new }\n',
    3,
    3,
    'times',
  ),
  shape(
    'a table filled before the loop',
    'list = []\n10.times { |i| list << i }\nloop { list.dup }\n',
    3,
    3,
    'loop',
  ),
  shape('inside begin … rescue', 'begin\n  loop { Object.new }\nrescue Interrupt\nend\n', 2, 2, 'loop'),
  shape(
    'at_exit, trap, $stdout.sync',
    "$stdout.sync = true\nat_exit { puts 'bye' }\ntrap('INT') { exit }\n1_000.times { Object.new }\n",
    4,
    4,
    'times',
  ),
  shape('times.map', '1_000.times.map { |i| i.to_s }\n', 1, 1, 'body'),
  shape('times.each_slice', '1_000.times.each_slice(10) { |i| i.to_s }\n', 1, 1, 'times.each_slice'),
  shape('map on a range', '(1..1_000).map { |i| i.to_s }\n', 1, 1, 'body'),
  shape('exit inside the loop', '1_000.times { |i| exit if i == 999 }\n', 1, 1, 'times'),
];
