// Counts segments with Twilio's own calculator: a JSON list of texts in, a JSON list of [encoding, segments] out.
const { SegmentedMessage } = require(`${process.argv[2]}/sms-segments-calculator`);
let input = "";
process.stdin.on("data", (part) => { input += part; });
process.stdin.on("end", () => {
  const counted = JSON.parse(input).map((text) => {
    const message = new SegmentedMessage(text);
    return [message.encodingName, message.segmentsCount];
  });
  process.stdout.write(JSON.stringify(counted));
});
