n = 0
released = {}
release = proc { |id| released.delete(id) }
1000.times do
  n += 1
  if n > 20_000
    object = Object.new
    released[object.object_id] = 'x' * 1_000
    ObjectSpace.define_finalizer(object, release)
  else
    'x' * 1_000
  end
end
