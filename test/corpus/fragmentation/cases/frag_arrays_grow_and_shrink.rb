rng = Random.new(13)
arrays = Array.new(300) { [] }
between = []
arrays.each { |one| 3.times { between << 'b' * 2_000 } && 12_000.times { |n| one << n } }
arrays.map! { |one| one.first(3) }
# ---- loop ----
arrays.each { |one| rng.rand(150).times { |n| one << n } }
arrays.each { |one| one.shift(one.size - 3) if one.size > 400 }
arrays[rng.rand(arrays.size)] = []
