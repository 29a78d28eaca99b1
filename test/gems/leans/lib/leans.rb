require 'plainly'

module Leans
  def self.drop(text)
    Plainly.drop(text)
  end
end
