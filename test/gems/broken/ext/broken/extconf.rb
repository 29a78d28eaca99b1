require 'mkmf'
create_makefile('broken/broken')
