require 'leaky/leaky'
