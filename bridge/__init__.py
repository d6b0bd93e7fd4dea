"""A bridge from any webhook to the Microsoft Teams channels that subscribed to it."""
