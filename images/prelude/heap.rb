# Reads Ruby's own heap without allocating anything that stays.
module MATRIX_LOOP
  class << self
    private

    def prepare_heap_reader
      @live_key = [:heap_live_slots, :heap_live_slot, :heap_live_num].find { |key| GC.stat.key?(key) }
      constants = defined?(GC::INTERNAL_CONSTANTS) ? GC::INTERNAL_CONSTANTS : {}
      @slot_size = constants[:RVALUE_SIZE] || constants[:BASE_SLOT_SIZE] || 40
      pools = constants[:HEAP_COUNT] || constants[:SIZE_POOL_COUNT] || 0
      @page_key = [:heap_allocated_pages, :heap_used].find { |key| GC.stat.key?(key) }
      @page_size = constants[:HEAP_PAGE_SIZE] || 16_384
      @pool_sizes = []
      return unless GC.respond_to?(:stat_heap) && pools > 0
      return unless GC.stat_heap(0).key?(:total_allocated_objects)
      @pool_sizes = (0...pools).map { |pool| GC.stat_heap(pool)[:slot_size] }
    end

    if RUBY_VERSION >= '2.2'
      def stat(key)
        GC.stat(key)
      end
    else
      def stat(key)
        GC.stat[key]
      end
    end

    def live_slots
      stat(@live_key)
    end

    # Bytes of the pages that hold slots, live or not.
    def page_bytes
      @page_key ? stat(@page_key) * @page_size : -1
    end

    # Bytes of live slots. Since size pools (3.2) a slot has 40 to 640 bytes: counted per pool where Ruby does so.
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
  end
end
