# Loaded by the prelude in containers that explain a leak, never in those that measure. The loop runs a while, and is
# then looked at three times, after n, 2n and 4n iterations: what grows from each to the next is what leaks, buffers
# that double included.
module MATRIX_LOOP
  MARKS = 3
  MODULES = 20_000 # more than any program has, unless it is classes that leak
  WARM_UP = 200 * MS # longest warm-up, where the iterations that were asked for are done by then

  class << self
    def explain(words, script)
      @explain = words['explain']
      @least = (words['least'] || 1).to_i
      @enough = words['enough'].to_i
      @most = words['most'].to_i
      @everything = words.key?('everything') ? 1 : 0
      @script = script
      @report = IO.for_fd(197, 'w')
      @report.close_on_exec = true
      @report.sync = true
      @stage = nil
      @target_ns = 0
      require File.expand_path('../tracer.so', __FILE__)
      return unless @explain == 'objects'
      require File.expand_path('../objects.rb', __FILE__)
      MATRIX_TRACER.watch_objects(script)
      MATRIX_OBJECTS.start
    end

    private

    def checkpoint(boundary)
      return if @stage == MARKS
      @loop_ns += now - @resumed_ns
      show_output
      collect
      if @stage.nil?
        tell(boundary)
        @stage = 0
        MATRIX_TRACER.start(@script) if @explain == 'native'
        @began_ns = now
        aim(@n + 1)
      elsif @stage == 0 && !warm?
        aim(after_warm_up)
      else
        tell(boundary)
        look
        aim(@n * 2)
      end
    end

    def look
      if @explain == 'native'
        MATRIX_TRACER.mark(@stage, @n)
      else
        MATRIX_OBJECTS.dump(@report, @stage + 1, @n)
      end
      @stage += 1
      finish if @stage == MARKS
    end

    def warm?
      return true if @most > 0 && @n >= @most / 4
      return true if @enough > 0 && @n >= @enough
      @n >= @least && now - @began_ns >= WARM_UP
    end

    # Where the warm-up is over by the clock, but in no more than four times the iterations so far.
    def after_warm_up
      spent = now - @began_ns
      count = spent > 0 ? @n * WARM_UP / spent + 1 : @n * 4
      count = @least if count < @least
      count = @n * 4 if count > @n * 4
      count = @enough if @enough > 0 && count > @enough
      count = @most / 4 if @most > 0 && count > @most / 4
      count > @n ? count : @n + 1
    end

    def aim(count)
      @at = @n
      @resumed_ns = now
      @next = @hard = count
    end

    def plan(*)
      @hard = @n + (@n - @at) / 16 + 1 # inside of a long outermost iteration: soon
    end

    def tell(boundary)
      line = "C #{@n} #{boundary} #{@loop_ns} #{live_slots} #{slot_bytes} -1"
      return unless ask(line) == 't'
      'x' * 4096
      ask('T')
    end

    def finish
      if @explain == 'native'
        MATRIX_TRACER.report(197, @everything)
        name_modules
      else
        MATRIX_OBJECTS.names(@report)
        MATRIX_TRACER.report_objects(197)
      end
      @report.write("{\"matrix\":\"end\"}\n")
      say "F explained 0 #{@n}"
      Process.exit!(0)
    end

    def leave
      return if $! || !mine?
      say "F loop 0 #{@n}"
    rescue SystemCallError, IOError
      nil
    end

    # The classes behind the addresses that the tracer saw: `TracePoint.new`, `String#<<`.
    def name_modules
      inspect = Kernel.instance_method(:to_s) # of a class that is asked as an object: #<Class:0x…>
      name = Module.instance_method(:name)
      told = 0
      ObjectSpace.each_object(Module) do |mod|
        break if (told += 1) > MODULES
        named = name.bind(mod).call
        address = inspect.bind(mod).call[/:0x0*(\h+)/, 1]
        next unless named && address
        @report.write("{\"matrix\":\"module\",\"address\":\"0x#{address}\",\"name\":\"#{named}\"}\n")
      end
    end
  end
end
