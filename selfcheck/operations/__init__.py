"""What runs the application: is it alive, how does it do, and what needs somebody's hand?"""
