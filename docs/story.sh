#!/bin/sh
# A bay from its registration to its history, beside a running demo (npm run demo). Tested: test/e2e/demo.
set -eu
# story:begin
API=${API:-http://127.0.0.1:8000/api/v1}; KEYS=${DATA_DIR:-$PWD/.data}/keys/demo.json; key() { node -p "require('$KEYS').$1"; }; OWNER=$(key keys.owner)
api() { path=$1; shift; curl -sS "$API$path" -H "X-API-Key: $OWNER" -H 'Content-Type: application/json' "$@"; echo; }; id() { node -p 'JSON.parse(require("fs").readFileSync(0)).id'; }

# 1 Register a space, and its sensor.
SPACE=$(api /spaces -d "{\"site_id\": \"$(key 'site_ids[0]')\", \"code\": \"Z-01\", \"name\": \"Bay Z-01\"}" | id)
api /devices -d '{"dev_eui": "70b3d5e75e0000aa", "device_type": "nwave-nps405", "kind": "sensor"}'; api "/spaces/$SPACE/sensor" -X PUT -d '{"dev_eui": "70b3d5e75e0000aa"}'
# 2 The sensor sends a frame, as ChirpStack hands it over.
api '/uplink?event=up' -d '{"deduplicationId": "3b241101-e2bb-4255-8caf-4136c566a962", "deviceInfo": {"devEui": "70b3d5e75e0000aa"}, "devAddr": "01020304", "fCnt": 1, "fPort": 1, "data": "AQ=="}'
# 3 The bay is OCCUPIED.
sleep 1; api "/spaces/$SPACE"
# 4 Close it: an override beats the sensor.
api "/spaces/$SPACE/overrides" -d '{"kind": "OUT_OF_SERVICE", "reason": "cleaning"}'
# 5 Read its history.
sleep 1; api "/state-changes?space_id=$SPACE"
# story:end
