DROP TABLE partner_link;
DROP TABLE partner_code;
DROP TABLE partner_journey;
DROP TABLE sign_in_partner;
