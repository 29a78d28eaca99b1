require 'zlib'
require 'fiddle'
mmap = Fiddle::Function.new(
  Fiddle::Handle::DEFAULT['mmap'],
  [Fiddle::TYPE_VOIDP, Fiddle::TYPE_SIZE_T, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_INT, Fiddle::TYPE_LONG],
  Fiddle::TYPE_VOIDP
)
text = Array.new(600) { |n| "line #{n} of a text #{n * n}\n" }.join
packed = Zlib::Deflate.deflate(text)
# ---- loop ----
threads = Array.new(3) do |n|
  Thread.new do
    2.times { Zlib::Inflate.inflate(packed).size }
    Zlib::Deflate.deflate(text * (1 + n), 1).size
  end
end
threads.each(&:join)
mapped = mmap.call(0, 16_384, 3, 0x22, -1, 0)
Fiddle::Pointer.new(mapped.to_i)[0, 16_384] = 'm' * 16_384
