require 'zlib'
text = Array.new(3_000) { |n| "line #{n} of a text #{n * n}\n" }.join
packed = Zlib::Deflate.deflate(text)
# ---- loop ----
threads = Array.new(6) do |n|
  Thread.new do
    4.times { Zlib::Inflate.inflate(packed).size }
    Zlib::Deflate.deflate(text * (1 + n), 1).size
  end
end
threads.each(&:join)
