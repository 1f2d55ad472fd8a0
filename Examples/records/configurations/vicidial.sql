-- Invented, as mysqldump writes a row.
CREATE TABLE `vicidial_campaigns` (
  `campaign_id` varchar(8) NOT NULL,
  `campaign_name` varchar(40) DEFAULT NULL,
  `active` enum('Y','N') DEFAULT NULL,
  `auto_dial_level` varchar(6) DEFAULT '0',
  `dial_timeout` tinyint(3) unsigned DEFAULT '60',
  `dial_method` enum('MANUAL','RATIO','ADAPT_HARD_LIMIT','ADAPT_TAPERED','ADAPT_AVERAGE','INBOUND_MAN') DEFAULT 'MANUAL',
  `available_only_ratio_tally` enum('Y','N') DEFAULT 'N',
  `adaptive_dropped_percentage` varchar(4) DEFAULT '3',
  `drop_call_seconds` tinyint(3) DEFAULT '5',
  `campaign_description` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`campaign_id`)
) ENGINE=MyISAM;
INSERT INTO `vicidial_campaigns` VALUES ('AUTUMN','Autumn; the owner\'s list','Y','1.8',22,'RATIO','Y','3',4,NULL);
