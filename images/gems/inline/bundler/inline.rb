# Replaces Bundler's own file where gems are installed: the installer has defined `gemfile`.
