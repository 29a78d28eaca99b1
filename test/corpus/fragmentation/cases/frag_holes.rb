require 'fiddle'
blocks = Array.new(120_000) { Fiddle.malloc(1_000) }
blocks.each_with_index { |block, n| Fiddle.free(block.to_i) unless n % 4 == 0 }
# Each fourth block pins its page: nothing of it can be returned. ---- loop ----
more = Array.new(20) { Fiddle.malloc(5_000) }
more.each { |block| Fiddle.free(block.to_i) }
