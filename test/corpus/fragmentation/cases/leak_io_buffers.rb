workers = 4
file = '/tmp/matrix-io-buffers'
File.open(file, 'wb') { |out| out << 'line of the file, forty bytes or so long' * 20_000 }
$log = []
i = 0
# ---- loop ----
i += 1
threads = Array.new(workers) do |n|
  Thread.new do
    File.open(file, 'rb') do |input|
      parts = []
      while (part = input.read(3_000 + 7_000 * ((n + i) % 9)))
        parts << part
      end
      $log << parts.first[0, 500] if n == 0
      parts.join.size
    end
  end
end
threads.each(&:join)
