require 'zlib'
text = Array.new(20_000) { |n| "line #{n} of a text #{n * n}\n" }.join
packed = Zlib::Deflate.deflate(text, 1)
# ---- loop ----
threads = Array.new(8) do |n|
  Thread.new do
    parts = Array.new(8) { Zlib::Inflate.inflate(packed) }
    parts.map { |one| Zlib::Deflate.deflate(one[0, 20_000 * (n + 1)], 1) }.size
  end
end
threads.each(&:join)
