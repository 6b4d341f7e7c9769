ALTER TABLE partner_journey DROP COLUMN link_journey_id;
