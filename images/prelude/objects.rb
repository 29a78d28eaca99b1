# The objects pass: three heap dumps of a script that keeps objects, then the names of what holds them. Needs Ruby 2.1; on
# 1.9.3 and 2.0, which have no heap dumps, it loads and reports that.
#
# Nothing here calls a method that the script may have defined: Ruby's own methods are bound to its objects.
module MATRIX_OBJECTS
  DEPTH = 4
  MOST_OBJECTS = 5_000
  MOST_ITEMS = 50 # elements of a collection in which objects with instance variables are searched
  MOST_MODULES = 300 # modules of the script in which private constants are searched

  ADDRESS = Kernel.instance_method(:to_s)
  IVARS = Kernel.instance_method(:instance_variables)
  IVAR_GET = Kernel.instance_method(:instance_variable_get)
  CONSTANTS = Module.instance_method(:constants)
  CONST_GET = Module.instance_method(:const_get)
  CONST_DEFINED = Module.instance_method(:const_defined?)
  AUTOLOAD = Module.instance_method(:autoload?)
  CLASS_VARIABLES = Module.instance_method(:class_variables)
  CLASS_VARIABLE_GET = Module.instance_method(:class_variable_get)
  MODULE_NAME = Module.instance_method(:name)
  LENGTHS = {
    Array => Array.instance_method(:length),
    Hash => Hash.instance_method(:length),
    Struct => Struct.instance_method(:length),
  }
  VALUES = {
    Array => Array.instance_method(:first),
    Hash => Hash.instance_method(:values),
    Struct => Struct.instance_method(:to_a),
  }
  MEMBERS = Struct.instance_method(:members)

  @started = false
  @globals = []

  class << self
    # Called before the script: from here on Ruby remembers where each object is made.
    def start
      require 'objspace'
      @globals = global_variables
      return unless ObjectSpace.respond_to?(:trace_object_allocations_start)
      ObjectSpace.trace_object_allocations_start
      @started = true
    rescue LoadError
      nil # reported by `names`
    end

    # Writes one heap dump to `io`, after a full GC. It goes through a copy that is closed: old rubies write through a
    # C buffer, which only closing empties.
    def dump(io, mark, iterations)
      io.write(%({"matrix":"mark","mark":#{mark},"iterations":#{iterations},"gc":#{GC.count}}\n))
      io.write(%({"matrix":"own","folder":#{json(File.dirname(__FILE__))}}\n))
      io.flush
      return unless ObjectSpace.respond_to?(:dump_all)
      copy = io.dup
      begin
        ObjectSpace.dump_all(:output => copy)
      ensure
        copy.close
      end
    rescue ArgumentError, TypeError, NotImplementedError => error
      lacks(io, "this Ruby's heap dump could not be written: #{error.message}")
    end

    # Called after the third dump: writes what holds objects by a name. `scope` is a block or a binding of the script whose
    # local variables are visible, where there is one.
    def names(io, scope = nil)
      loudness, $VERBOSE = $VERBOSE, nil # deprecated constants would print warnings
      # The recorded allocations stay; recording more would only cost time.
      ObjectSpace.trace_object_allocations_stop if @started
      @io = io
      @seen = {}.compare_by_identity
      @reported = []
      report_missing
      each_holder(:locals, scope, :globals, :main, :threads, :modules)
      walk
      io.flush
    ensure
      @seen = @io = @next = @reported = nil
      $VERBOSE = loudness
    end

    private

    def report_missing
      unless ObjectSpace.respond_to?(:dump_all)
        lacks(@io, 'this Ruby has no heap dump (ObjectSpace.dump_all came with 2.1)')
      end
      lacks(@io, 'this Ruby does not remember where objects were made') unless @started
    end

    def lacks(io, text)
      io.write(%({"matrix":"lacks","text":#{json(text)}}\n))
    end

    def each_holder(first, scope, *others)
      @next = []
      guarded { __send__(first, scope) }
      others.each { |part| guarded { __send__(part) } }
    end

    # Runs one part; a failure does not affect the others.
    def guarded
      yield
    rescue StandardError, ScriptError => error
      text = "some names are not known: #{error.class}: #{error.message}"[0, 300]
      lacks(@io, text) unless @reported.include?(text)
      @reported << text
    end

    def locals(scope)
      locals_of(TOPLEVEL_BINDING)
      locals_of(Proc === scope ? scope.binding : scope) if scope
    end

    def locals_of(binding)
      names = binding.eval('local_variables')
      names.each { |name| hold(nil, value_of(binding, name), "local variable #{name}") }
    end

    def value_of(binding, name)
      binding.respond_to?(:local_variable_get) ? binding.local_variable_get(name) : binding.eval(name.to_s)
    end

    def globals
      (global_variables - @globals).each do |name|
        hold(nil, TOPLEVEL_BINDING.eval(name.to_s), "global variable #{name}")
      end
    end

    def main
      main = TOPLEVEL_BINDING.eval('self')
      hold(nil, main, 'main')
      IVARS.bind(main).call.each do |name|
        hold(nil, IVAR_GET.bind(main).call(name), "#{name} of main")
      end
    end

    def threads
      pairs = { :keys => :[], :thread_variables => :thread_variable_get }
      Thread.list.each do |thread|
        pairs.each do |list, get|
          next unless Thread.method_defined?(list) # thread variables came with 2.0
          Thread.instance_method(list).bind(thread).call.each do |name|
            value = Thread.instance_method(get).bind(thread).call(name)
            hold(nil, value, "#{list == :keys ? 'thread-local' : 'thread'} variable #{name}")
          end
        end
      end
    end

    def modules
      made, others = ObjectSpace.each_object(Module).partition { |mod| script_made?(mod) }
      capitals = Symbol.all_symbols.grep(/\A[A-Z]/)
      made.each_with_index do |mod, index|
        names = CONSTANTS.bind(mod).call(false)
        names |= capitals.select { |name| constant?(mod, name) } if index < MOST_MODULES
        guarded { names_of(mod, names) }
      end
      others.each { |mod| guarded { names_of(mod, CONSTANTS.bind(mod).call(false)) } }
    end

    def names_of(mod, constants)
      return if MATRIX_OBJECTS.equal?(mod)
      constants_of(mod, constants)
      class_variables_of(mod)
    end

    # True for modules of the script, and for Object, which holds the constants of the top level.
    def script_made?(mod)
      Object.equal?(mod) || (@started && ObjectSpace.allocation_sourcefile(mod))
    end

    def constant?(mod, name)
      CONST_DEFINED.bind(mod).call(name, false)
    rescue NameError
      false
    end

    def constants_of(mod, names)
      owner = MODULE_NAME.bind(mod).call
      names.each do |name|
        begin
          next if AUTOLOAD.bind(mod).call(name)
          value = CONST_GET.bind(mod).call(name, false)
        rescue StandardError, ScriptError
          next # deprecated, or removed meanwhile
        end
        if Object.equal?(mod)
          hold(nil, value, "constant #{name}")
        elsif owner
          hold(nil, value, "constant #{owner}::#{name}")
        else
          hold(mod, value, "constant #{name}")
        end
      end
    end

    def class_variables_of(mod)
      own = CLASS_VARIABLES.arity == 0 ? [] : [false] # 1.9 cannot list those of the class alone
      CLASS_VARIABLES.bind(mod).call(*own).each do |name|
        hold(mod, CLASS_VARIABLE_GET.bind(mod).call(name), "class variable #{name}")
      end
    end

    # Follows instance variables of what is held by name, breadth first.
    def walk
      depth = 0
      until @next.empty? || depth >= DEPTH
        level, @next = @next, []
        level.each { |object| guarded { follow(object) } }
        depth += 1
      end
    end

    def follow(object)
      IVARS.bind(object).call.each do |name|
        hold(object, IVAR_GET.bind(object).call(name), name.to_s)
      end
      kind = VALUES.keys.find { |one| one === object }
      return if kind.nil? || (kind == Hash && LENGTHS[kind].bind(object).call > MOST_OBJECTS)
      values = kind == Array ? VALUES[kind].bind(object).call(MOST_ITEMS) : VALUES[kind].bind(object).call
      members = kind == Struct ? MEMBERS.bind(object).call : []
      values.first(MOST_ITEMS).each_with_index do |value, index|
        members[index] ? hold(object, value, "member #{members[index]}") : visit(value)
      end
    end

    def hold(owner, object, label)
      return if immediate?(object)
      from = owner.nil? ? 'null' : json(address(owner))
      @io.write(%({"matrix":"name","owner":#{from},"object":#{json(address(object))},"label":#{json(label)}}\n))
      visit(object)
    end

    def visit(object)
      return if immediate?(object) || @seen.size >= MOST_OBJECTS || @seen.key?(object)
      @seen[object] = true
      @next << object
    end

    # True for objects that hold nothing or are not in the heap.
    def immediate?(object)
      case object
      when NilClass, TrueClass, FalseClass, Symbol, Integer, Float then true
      else false
      end
    end

    # Returns an address as heap dumps write it: without leading zeros.
    def address(object)
      "0x#{ADDRESS.bind(object).call[/0x0*(\h+)/, 1]}"
    end

    # Uses the tracer, which is loaded wherever this file is.
    def json(text)
      MATRIX_TRACER.json(text, text.bytesize)
    end
  end
end
