# Loaded by the prelude only in containers that explain a leak. The loop warms up and is then marked three times, after n,
# 2n and 4n iterations: what grows from each mark to the next leaks, even a buffer that doubles.
module MATRIX_LOOP
  MARKS = 3
  MODULES = 20_000 # more than any program has, unless classes leak
  WARM_UP = 100 * MS # warm-up, after the least number of iterations

  class << self
    def explain(options, script)
      @explain = options['explain']
      @unit = options['unit'].to_i # the loop whose iterations count
      @least = (options['least'] || 1).to_i
      @enough = options['enough'].to_i
      @most = options['most'].to_i
      @everything = options.key?('everything') ? 1 : 0
      @counts_objects = @explain == 'objects' || options.key?('objects')
      @report = IO.for_fd(197, 'w')
      @report.close_on_exec = true
      @report.sync = true
      @stage = nil
      @target_ns = 0
      @goal = 0
      require File.expand_path('../tracer.so', __FILE__)
      return unless @explain == 'objects'
      require File.expand_path('../objects.rb', __FILE__)
      MATRIX_TRACER.watch_objects(script)
      MATRIX_OBJECTS.start
    end

    private

    def count_at_end
      units
    end

    # Iterations of the unit since the loop began.
    def units
      @counts[@unit] - @units_before
    end

    def checkpoint(boundary)
      return if @stage == MARKS
      @loop_ns += now - @resumed_ns
      if @stage && units < @goal
        @resumed_ns = now
        return aim(@goal)
      end
      show_output
      wait_for_others if boundary == 'o'
      collect
      if @stage.nil?
        @units_before = @counts[@unit]
        @n_before = @n
        report_checkpoint(boundary)
        @stage = 0
        MATRIX_TRACER.watch_objects(@script) if @counts_objects # where they are not counted since the start
        MATRIX_TRACER.start(@script) if @explain == 'native'
        @explained_ns = now
        aim(1)
      elsif @stage == 0 && !warm?
        aim(after_warm_up)
      else
        report_checkpoint(boundary)
        take_mark
        aim(units * 2)
      end
    end

    def take_mark
      MATRIX_TRACER.mark_objects(@stage) if @counts_objects
      if @explain == 'native'
        MATRIX_TRACER.mark(@stage, units)
      else
        MATRIX_OBJECTS.dump(@report, @stage + 1, units)
      end
      @stage += 1
      finish if @stage == MARKS
    end

    def warm?
      return true if @most > 0 && units >= @most / 4
      return true if @enough > 0 && units >= @enough
      units >= @least && now - @explained_ns >= WARM_UP
    end

    # Estimates where the warm-up ends by the clock, within four times the iterations so far.
    def after_warm_up
      spent = now - @explained_ns
      count = spent > 0 ? units * WARM_UP / spent + 1 : units * 4
      count = @least if count < @least
      count = units * 4 if count > units * 4
      count = @enough if @enough > 0 && count > @enough
      count = @most / 4 if @most > 0 && count > @most / 4
      count > units ? count : units + 1
    end

    # Sets the next stop to so many iterations of the unit; an estimate, since other loops count as well.
    def aim(goal)
      @goal = goal
      @at = @n
      @resumed_ns = now
      left = goal - units
      left = left * (@n - @n_before) / units if units > 0
      @next = @hard = @n + (left < 1 ? 1 : left)
      @inner_due = false
    end

    def plan(*)
      @hard = @n + (@n - @at) / 16 + 1 # soon, even inside of a long outermost iteration
    end

    def report_checkpoint(boundary)
      line = "C #{@n} #{boundary} #{@loop_ns} #{live_slots} #{slot_bytes} -1 -1 #{@stretch} #{iterations}"
      return unless ask(line) == 't'
      'x' * 4096
      ask('T')
    end

    def finish
      if @explain == 'native'
        MATRIX_TRACER.report(197, @everything)
        name_modules
        name_own_folder if @counts_objects
      else
        MATRIX_OBJECTS.names(@report)
      end
      MATRIX_TRACER.report_objects(197) if @counts_objects
      @report.write("{\"matrix\":\"end\"}\n")
      say "F explained 0 #{units}"
      Process.exit!(0)
    end

    # Names the folder whose code makes objects for Matrix, not for the script.
    def name_own_folder
      folder = File.dirname(__FILE__)
      @report.write("{\"matrix\":\"own\",\"folder\":#{MATRIX_TRACER.json(folder, folder.bytesize)}}\n")
    end

    # Names the classes behind the addresses that the tracer recorded: `TracePoint.new`, `String#<<`.
    def name_modules
      inspect = Kernel.instance_method(:to_s) # called on a class: #<Class:0x…>
      name = Module.instance_method(:name)
      count = 0
      ObjectSpace.each_object(Module) do |mod|
        break if (count += 1) > MODULES
        named = name.bind(mod).call
        address = inspect.bind(mod).call[/:0x0*(\h+)/, 1]
        next unless named && address
        json = MATRIX_TRACER.json(named, named.bytesize)
        @report.write("{\"matrix\":\"module\",\"address\":\"0x#{address}\",\"name\":#{json}}\n")
      end
    end
  end
end
