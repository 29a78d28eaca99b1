require 'fiddle'
jobs = Queue.new
done = Queue.new
16.times do
  Thread.new do
    while (size = jobs.pop)
      Array.new(40) { 'x' * size }.size
      Fiddle.malloc(200) if size == 500
      done << true
    end
  end
end
# ---- loop ----
32.times { |n| jobs << 500 + n * 600 }
32.times { done.pop }
