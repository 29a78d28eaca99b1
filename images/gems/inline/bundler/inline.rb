# In the place of Bundler's own, where gems are installed: the installer has defined `gemfile`.
