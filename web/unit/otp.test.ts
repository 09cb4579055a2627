import { expect, test } from "vitest";
import { secretOf } from "../src/member/otp";

test("the key of one-time codes is read in fours", () => {
  expect(secretOf("otpauth://totp/S%E1%BB%95%20tay:01000043?secret=JFET2DSMR66L3&issuer=x")).toBe("JFET 2DSM R66L 3");
  expect(secretOf("otpauth://totp/x")).toBe("");
});
