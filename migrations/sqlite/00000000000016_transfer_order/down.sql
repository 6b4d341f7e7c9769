DROP INDEX transfer_decision_order;
