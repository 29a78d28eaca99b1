require 'fiddle'
blocks = Array.new(120_000) { Fiddle::Pointer.malloc(1_000, Fiddle::RUBY_FREE) }
# Each fourth block pins its page: nothing of it can be given back.
blocks = blocks.each_slice(4).map { |one, *_| one }
GC.start
# ---- loop ----
more = Array.new(20) { Fiddle.malloc(5_000) }
more.each { |block| Fiddle.free(block.to_i) }
