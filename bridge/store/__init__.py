"""What is kept: endpoints, subscriptions, events and deliveries, through one port whatever the database."""
