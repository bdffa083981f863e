"""`banyan doctor`: looks at a site from outside and inside, and says of each part what to do about it."""
