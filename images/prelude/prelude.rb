# The prelude: required before the script (ruby -r prelude.rb script.rb), drives the script's loop and stops
# it at checkpoints. Written for every Ruby from 1.9.3 on, so in the syntax of that time.
#
# The script was rewritten on its way here: its loop calls MATRIX_LOOP, everything else stands as posted.
# Between two checkpoints nothing of this file may stay allocated: counters are small integers, the lines it
# writes are garbage by the next GC, and all samples are kept outside of this process.
module MATRIX_LOOP
  ROOT = 1 # the outermost loop: checkpoints fall between its iterations
  UNIT = 2 # the innermost loop: its iterations are counted
  FAR = 1 << 60
  MS = 1_000_000 # nanoseconds

  @pid = Process.pid
  @n = 0
  @next = FAR # count at which a checkpoint between outermost iterations is due
  @hard = FAR # count at which the clock is asked whether to stop inside a long outermost iteration
  @owner = nil
  @loop_ns = 0
  @spent_ns = 0
  @taken = 0

  class << self
    # RECEIVER.times { … }
    def times(role, count)
      return count.times unless block_given?
      return count.times { |i| yield i } unless Integer === count
      i = 0
      if role == UNIT
        while i < count
          yield i
          i += 1
          unit_done
        end
      else
        enter
        begin
          while i < count || @goes_on
            begin
              yield i
            rescue StandardError => error
              raise if i < count
              return stopped_past(count, error)
            end
            i += 1
            root_done(role)
          end
        ensure
          leave
        end
      end
      count
    end

    # RECEIVER.upto(…), downto, step, each on a range: the values as the script's own call yields them, and
    # then on in the same steps.
    def each(role, receiver, name, *arguments)
      return receiver.__send__(name, *arguments) unless block_given?
      if role == UNIT
        return receiver.__send__(name, *arguments) { |x| yield x; unit_done }
      end
      enter
      begin
        done = 0
        last = step = nil
        result = receiver.__send__(name, *arguments) do |x|
          step = x - last if Numeric === x && Numeric === last
          last = x
          yield x
          done += 1
          root_done(role)
        end
        while @goes_on && done > 0
          begin
            if Numeric === last
              last += step || 1
              yield last
              root_done(role)
            else
              receiver.__send__(name, *arguments) { |x| yield x; root_done(role) }
            end
          rescue StandardError => error
            return stopped_past(done, error)
          end
        end
        result
      ensure
        leave
      end
    end

    # loop { … }
    def loop(role)
      unless block_given?
        return Kernel.loop
      end
      if role == UNIT
        return Kernel.loop { yield; unit_done }
      end
      enter
      begin
        Kernel.loop { yield; root_done(role) }
      ensure
        leave
      end
    end

    # The first thing in the body of a loop that can't be driven from here (while, until, for, map): it is
    # counted as written.
    def tick(role)
      if @owner.nil? && role & ROOT != 0
        @goes_on = false
        enter
      end
      if role == UNIT
        unit_done
      else
        root_done(role)
      end
      nil
    end

    def start(settings, script)
      @control = IO.for_fd(198, 'w')
      @answer = IO.for_fd(199, 'r')
      [@control, @answer].each { |io| io.close_on_exec = true }
      @control.sync = true
      words = words_of(settings)
      @goes_on = !words.key?('exact')
      @memsize = words.key?('memsize') && load_objspace
      @seed = words['seed'].to_i
      @scale = (words['spacing'] || 100).to_i
      close_probe
      prepare_heap_reader
      if words.key?('explain')
        require File.expand_path('../explain.rb', __FILE__)
        explain(words, script)
      end
      say "R #{[RUBY_DESCRIPTION].pack('m0')}"
    end

    # Called as the last of the script's at_exit blocks.
    def ended(error)
      return unless Process.pid == @pid
      if error.nil? || SystemExit === error
        say "F #{error ? 'exit' : 'end'} #{error ? error.status : 0} #{@n}"
      else
        about = [error.class.to_s, line_of(error).to_s, error.message.to_s[0, 4000]].join("\0")
        say "E #{[about].pack('m0')}"
      end
    rescue SystemCallError, IOError
      nil # nobody listens any more
    end

    private

    # `seed=7 exact` as { 'seed' => '7', 'exact' => nil }.
    def words_of(settings)
      Hash[settings.split(' ').map { |word| [word[/\A[^=]*/], word[/=(.*)/, 1]] }]
    end

    # The probe has mapped it: a script needs no descriptor of its counters.
    def close_probe
      IO.for_fd(196).close
    rescue SystemCallError
      nil
    end

    def unit_done
      @n += 1
      ask_clock if @n >= @hard
    end

    def root_done(role)
      @n += 1 if role & UNIT != 0
      due if @n >= @next
    end

    # The first thread that gets here owns the checkpoints; iterations of other threads count as well.
    def enter
      return unless @owner.nil? && Process.pid == @pid
      @owner = Thread.current
      @resumed_ns = now
      checkpoint('o')
    end

    # The loop ended by itself, by break or by the script's count. An exception ($!) tells its own story later.
    def leave
      return if $! || !mine?
      checkpoint('o') if @n > @at
      say "F loop 0 #{@n}"
    rescue SystemCallError, IOError
      nil
    end

    def stopped_past(count, error)
      about = [error.class.to_s, count.to_s, error.message.to_s[0, 500]].join("\0")
      say "P #{[about].pack('m0')}"
      count
    end

    def mine?
      return true if @owner == Thread.current && Process.pid == @pid
      @next = @hard = FAR if Process.pid != @pid # a forked child is not measured
      false
    end

    def due
      return unless mine?
      since = now - @resumed_ns
      if since * 2 < @target_ns && !hasty?
        plan(@n - @at, since, @target_ns)
      else
        checkpoint('o')
      end
    end

    def ask_clock
      return unless mine?
      since = now - @resumed_ns
      wait = 250 * MS > 4 * @target_ns ? 250 * MS : 4 * @target_ns
      if since >= wait
        checkpoint('i')
      else
        done = @n - @at
        more = since > 0 ? done * (wait - since) / since : done
        more = done * 4 if more > done * 4
        @hard = @n + (more < 1 ? 1 : more)
      end
    end

    def checkpoint(boundary)
      began = now
      batch_ns = began - @resumed_ns
      @loop_ns += batch_ns
      show_output
      collect
      line = "C #{@n} #{boundary} #{@loop_ns} #{live_slots} #{slot_bytes} #{memsize}"
      if ask(line) == 't'
        'x' * 4096 # the probe trims at the next malloc, which is this one
        ask('T')
      end
      done = @at ? @n - @at : 0
      @at = @n
      @resumed_ns = now
      @spent_ns += @resumed_ns - began
      space_out(began)
      plan(done, batch_ns, @target_ns)
    end

    # Checkpoints stand further apart as the run grows (a run of any length has a few hundred) and as they
    # cost more (a heap that grows takes longer to collect), the first few closer together. They are jittered:
    # at equal distances they would alias with a sawtooth.
    def space_out(began)
      @taken += 1
      cost = @resumed_ns - began
      target = 10 * MS
      worth = @taken < 24 ? cost / 2 : cost * 3 / 2
      @costly = worth > target
      target = worth if @costly
      share = (@loop_ns + @spent_ns) / 160
      target = share if share > target
      @seed = (@seed * 1_103_515_245 + 12_345) & 0x3fffffff
      @target_ns = target * (70 + (@seed >> 8) % 61) / 100 * @scale / 100
    end

    def plan(done, took_ns, target_ns)
      if done > 0 && took_ns > 0
        left = target_ns - (now - @resumed_ns)
        left = target_ns / 4 if left < target_ns / 4
        more = done * left / took_ns
        more = done * 8 if more > done * 8
      else
        more = 1
      end
      more = @n / 16 if hasty? && more > @n / 16
      # A heap that takes ever longer to collect would push its checkpoints apart for ever: the second half of
      # the run, which is judged, has to hold some.
      more = @n / 8 if @costly && more > @n / 8
      more = 1 if more < 1
      @next = @n + more
      @hard = @n + more
    end

    # A loop that may end any moment gets its checkpoints by count, not by the clock, until it has some: a short
    # one would be over before there is anything to see.
    def hasty?
      !@goes_on && @taken < 256
    end

    # A settled verdict ends the script where it stands: what it has printed so far should be seen.
    def show_output
      STDOUT.flush
    rescue IOError, SystemCallError
      nil # closed, or nobody reads it: the script's own affair
    end

    # Twice, because what a finaliser lets go of is only freed by the next one; a second collection of a heap
    # that takes long to mark buys less than an earlier next checkpoint.
    def collect
      disabled = GC.enable
      began = now
      GC.start
      GC.start if now - began < 12 * MS
      GC.disable if disabled
    end

    def ask(line)
      say(line)
      @answer.sysread(1)
    end

    def say(line)
      @control.syswrite("#{line}\n")
    end

    if Process.respond_to?(:clock_gettime)
      def now
        Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
      end
    else
      def now
        (Time.now.to_f * 1_000_000_000).to_i
      end
    end

    def prepare_heap_reader
      @live_key = [:heap_live_slots, :heap_live_slot, :heap_live_num].find { |key| GC.stat.key?(key) }
      constants = defined?(GC::INTERNAL_CONSTANTS) ? GC::INTERNAL_CONSTANTS : {}
      @slot_size = constants[:RVALUE_SIZE] || constants[:BASE_SLOT_SIZE] || 40
      pools = constants[:HEAP_COUNT] || constants[:SIZE_POOL_COUNT] || 0
      @pool_sizes = []
      return unless GC.respond_to?(:stat_heap) && pools > 0
      return unless GC.stat_heap(0).key?(:total_allocated_objects)
      @pool_sizes = (0...pools).map { |pool| GC.stat_heap(pool)[:slot_size] }
    end

    if RUBY_VERSION >= '2.2'
      def live_slots
        GC.stat(@live_key)
      end
    else
      def live_slots
        GC.stat[@live_key]
      end
    end

    # Since size pools (3.2) a slot may have 40 to 640 bytes; where Ruby counts objects per pool, so do we.
    def slot_bytes
      return live_slots * @slot_size if @pool_sizes.empty?
      bytes = pool = 0
      while pool < @pool_sizes.size
        live = GC.stat_heap(pool, :total_allocated_objects) - GC.stat_heap(pool, :total_freed_objects)
        bytes += live * @pool_sizes[pool]
        pool += 1
      end
      bytes
    end

    def memsize
      @memsize ? ObjectSpace.memsize_of_all : -1
    end

    def load_objspace
      require 'objspace'
      true
    rescue LoadError
      false
    end

    def line_of(error)
      script = File.expand_path($0)
      (error.backtrace || []).each do |place|
        file, line = place.split(':', 3)
        return line if File.expand_path(file) == script
      end
      error.message.to_s[/\A#{Regexp.escape($0)}:(\d+)/, 1] || error.message.to_s[/^#{Regexp.escape($0)}:(\d+)/, 1]
    end
  end

  settings = ENV.delete('MATRIX_PRELUDE').to_s
  script = ENV['MATRIX_SCRIPT'].to_s
  # The script sees the environment it would have without us, and what it starts is not counted.
  ENV.delete('LD_PRELOAD')
  ENV.keys.each { |key| ENV.delete(key) if key.start_with?('MATRIX_') }
  start(settings, script)
  at_exit { MATRIX_LOOP.ended($!) }
end
