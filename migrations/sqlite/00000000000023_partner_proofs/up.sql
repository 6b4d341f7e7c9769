-- Which journey waits to be linked (P6) until the account's own person is back from the partner that it has.
ALTER TABLE partner_journey ADD COLUMN link_journey_id TEXT;
