require 'broken/broken'
