Newer = true
