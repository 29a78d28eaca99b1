# The prelude: required before the script (ruby -r prelude.rb script.rb), counts the script's loops and stops them at
# checkpoints. Written for every Ruby from 1.9.3 on, so in the syntax of that time.
#
# The host has rewritten the script: its loops call MATRIX_LOOP, each under its number; everything else is unchanged.
# Nothing of this may stay allocated from one checkpoint to the next: counters are small integers in arrays that exist from
# the start, the lines it writes are garbage by the next GC, and all samples are kept outside of this process.
module MATRIX_LOOP
  FAR = 1 << 60
  MS = 1_000_000 # nanoseconds

  @pid = Process.pid
  @main = Thread.current
  @n = 0 # iterations of all loops
  @at = 0 # iterations at the last checkpoint
  @next = FAR # iterations at which a checkpoint between iterations of the outermost loop is due
  @hard = FAR # iterations at which the clock decides whether to stop inside a long one
  @owner = nil # the thread whose loop is judged now
  @stretch = nil # number of what is judged now: a loop in one context
  @loop_ns = 0

  class << self
    def start(settings, script)
      @control = IO.for_fd(198, 'w')
      @answer = IO.for_fd(199, 'r')
      [@control, @answer].each { |io| io.close_on_exec = true }
      @control.sync = true
      @script = script
      words = settings.split(' ')
      options = Hash[words.map { |word| word.split('=', 2) }]
      @memsize = options.key?('memsize') && load_objspace
      @seed = options['seed'].to_i
      @scale = (options['spacing'] || 100).to_i
      close_probe
      prepare_loops(options)
      prepare_heap_reader
      shorten_sleeps unless options.key?('keep-sleep')
      if options.key?('explain')
        require File.expand_path('../explain.rb', __FILE__)
        explain(options, script)
      end
      say "R #{[RUBY_DESCRIPTION].pack('m0')}"
    end

    # Called as the last of the script's at_exit blocks.
    def ended(error)
      return unless Process.pid == @pid
      if error.nil? || SystemExit === error
        say "F #{error ? 'exit' : 'end'} #{error ? error.status : 0} #{@n} #{iterations}"
      else
        about = [error.class.to_s, line_of(error).to_s, error.message.to_s[0, 4000]].join("\0")
        say "E #{[about].pack('m0')}"
      end
    rescue SystemCallError, IOError
      nil # the supervisor is gone
    end

    private

    # Closes the descriptor of the probe's counters, which the probe has mapped and a script does not need.
    def close_probe
      IO.for_fd(196).close
    rescue SystemCallError
      nil
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

    def line_of(error)
      script = File.expand_path($0)
      (error.backtrace || []).each do |place|
        file, line = place.split(':', 3)
        return line if File.expand_path(file) == script
      end
      error.message.to_s[/\A#{Regexp.escape($0)}:(\d+)/, 1] || error.message.to_s[/^#{Regexp.escape($0)}:(\d+)/, 1]
    end
  end

  %w[heap sleep stretches checkpoints loops].each { |part| require File.expand_path("../#{part}.rb", __FILE__) }

  settings = ENV.delete('MATRIX_PRELUDE').to_s
  script = ENV['MATRIX_SCRIPT'].to_s
  # The script sees the environment that it would have without Matrix, and programs that it starts are not counted.
  ENV['LD_PRELOAD'] = ENV['MATRIX_PRELOAD']
  ENV.keys.each { |key| ENV.delete(key) if key.start_with?('MATRIX_') }
  start(settings, script)
  at_exit { MATRIX_LOOP.ended($!) }
end

require File.expand_path('../gems.rb', __FILE__) if File.exist?('/opt/matrix-gems/list')
